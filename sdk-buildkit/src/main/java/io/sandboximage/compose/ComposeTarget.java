package io.sandboximage.compose;

import io.sandboximage.buildkit.Attestation;
import io.sandboximage.buildkit.CacheOption;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.JsonView;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One image of a {@link ComposePlan}. Immutable. */
public final class ComposeTarget {
    private static final String TARGET_CONTEXT = "target:";
    private static final String SERVICE_LABEL = "com.docker.compose.service";
    private static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";
    /** How compose ends the text of a secret from a variable. */
    private static final String VARIABLE = ",type=env,env=";

    private static final Set<String> KNOWN = Set.of(
            "args",
            "attest",
            "cache-from",
            "cache-to",
            "call",
            "context",
            "contexts",
            "dockerfile",
            "dockerfile-inline",
            "entitlements",
            "extra-hosts",
            "labels",
            "network",
            "no-cache",
            "output",
            "platforms",
            "pull",
            "secret",
            "shm-size",
            "ssh",
            "tags",
            "target",
            "ulimits");

    private final String name;
    private final JsonView described;

    ComposeTarget(String name, JsonView described) {
        this.name = name;
        this.described = described;
    }

    /** The service's name. */
    public String name() {
        return name;
    }

    /** The names that the image gets. */
    public List<String> tags() {
        return described.strings("tags");
    }

    /** Without any, the platform of whoever runs the image. */
    public List<Platform> platforms() {
        return described.strings("platforms").stream().map(Platform::parse).toList();
    }

    /** Names of the targets whose images this one is built from. */
    public Set<String> dependencies() {
        return contexts().values().stream()
                .filter(value -> value.startsWith(TARGET_CONTEXT))
                .map(value -> value.substring(TARGET_CONTEXT.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Equal for targets that come to one image under the same names: of services that share an image, only the label with the
     * service's name differs.
     */
    Object image() {
        Map<String, Object> members = new HashMap<>(described.members());
        Map<String, String> labels = new HashMap<>(described.stringMap("labels"));
        labels.remove(SERVICE_LABEL);
        members.put("labels", labels);
        return members;
    }

    /** Members and values that mean something which is not known here. */
    List<String> notUnderstood() {
        Stream<String> members = described.members().keySet().stream().filter(member -> !KNOWN.contains(member));
        Stream<String> outputs = described.strings("output").stream()
                .filter(output -> !output.equals("type=docker"))
                .map(output -> "output " + output);
        Stream<String> calls = described.string("call").stream()
                .filter(call -> !call.equals("build"))
                .map(call -> "call " + call);
        Stream<String> templates = described.members().entrySet().stream()
                .filter(member -> BakeText.hasTemplate(member.getValue()))
                .map(member -> "a template in " + member.getKey());
        return Stream.of(members, outputs, calls, templates)
                .flatMap(found -> found)
                .toList();
    }

    /**
     * The build, without exports.
     *
     * @param inherit gives the build the image of another target as a context: called with the context's name and the target's
     * @param environment for secrets that are variables
     */
    DockerfileBuild build(BuildWithImage inherit, Map<String, String> environment) {
        DockerfileBuild build = DockerfileBuild.of(described.string("context").orElse("."));
        dockerfile(build);
        described.string("target").ifPresent(build::target);
        platforms().forEach(build::platform);
        tags().forEach(build::tag);
        described.stringMap("args").forEach((name, value) -> build.buildArg(name, BakeText.literal(value)));
        sourceDateEpoch(build, environment);
        described.stringMap("labels").forEach((name, value) -> build.label(name, BakeText.literal(value)));
        contexts().forEach((context, value) -> {
            if (value.startsWith(TARGET_CONTEXT)) {
                inherit.give(build, context, value.substring(TARGET_CONTEXT.length()));
            } else {
                build.context(context, value);
            }
        });
        if (described.bool("no-cache").orElse(false)) {
            build.noCache();
        }
        if (described.bool("pull").orElse(false)) {
            build.pull();
        }
        steps(build);
        each("cache-from", text -> CacheOption.parse(text).forEach(build::cacheFrom));
        each("cache-to", text -> CacheOption.parse(text).forEach(build::cacheTo));
        each("attest", text -> build.attest(Attestation.parse(text)));
        each("secret", text -> build.secret(text, withUnset(text, environment)));
        each("ssh", build::ssh);
        return build;
    }

    /** Hands the image of another target to a build. */
    @FunctionalInterface
    interface BuildWithImage {
        void give(DockerfileBuild build, String context, String target);
    }

    private void dockerfile(DockerfileBuild build) {
        Optional<String> inline = described.string("dockerfile-inline");
        Optional<String> file = described.string("dockerfile");
        if (inline.isPresent()) {
            build.dockerfile(BakeText.literal(inline.get()));
        } else if (file.isPresent() && Path.of(file.get()).isAbsolute()) {
            build.dockerfile(Path.of(file.get()));
        } else {
            file.ifPresent(build::dockerfileInContext);
        }
    }

    /** As bake does with every target. */
    private void sourceDateEpoch(DockerfileBuild build, Map<String, String> environment) {
        String epoch = environment.getOrDefault(SOURCE_DATE_EPOCH, "");
        if (!epoch.isEmpty() && !described.stringMap("args").containsKey(SOURCE_DATE_EPOCH)) {
            build.buildArg(SOURCE_DATE_EPOCH, epoch);
        }
    }

    /** To compose a secret from a variable that is not set is an empty one. */
    private static Map<String, String> withUnset(String secret, Map<String, String> environment) {
        int at = secret.indexOf(VARIABLE);
        if (at < 0 || environment.containsKey(secret.substring(at + VARIABLE.length()))) {
            return environment;
        }
        Map<String, String> more = new HashMap<>(environment);
        more.put(secret.substring(at + VARIABLE.length()), "");
        return more;
    }

    private void steps(DockerfileBuild build) {
        described.string("network").ifPresent(build::network);
        described.string("shm-size").ifPresent(size -> build.shmSize(bytes(size)));
        described.stringMap("extra-hosts").forEach(build::addHost);
        each("ulimits", build::ulimit);
        each("entitlements", build::allow);
    }

    private long bytes(String size) {
        try {
            return Long.parseLong(size);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(
                    "The shm-size \"" + size + "\" of service " + name + " is no number of bytes", e);
        }
    }

    private void each(String member, Consumer<String> use) {
        described.strings(member).forEach(use);
    }

    private Map<String, String> contexts() {
        return described.stringMap("contexts");
    }

    @Override
    public String toString() {
        return "ComposeTarget[" + name + "]";
    }
}
