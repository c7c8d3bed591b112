package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.buildkit.Annotation;
import io.sandboximage.buildkit.Attestation;
import io.sandboximage.buildkit.CacheOption;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the flags of {@code docker buildx build} say about the build itself, under their names. */
public final class BuildFlags {
    @Option(names = "--target", paramLabel = "STAGE", description = "The stage to build; without it the last.")
    private @Nullable String target;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "NAME",
            description = "Name of the image; may be repeated.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--platform", split = ",", paramLabel = "PLATFORM", description = "For instance linux/arm64.")
    private List<Platform> platforms = new ArrayList<>();

    @Option(
            names = "--build-arg",
            paramLabel = "NAME[=VALUE]",
            description = "An ARG; without a value that of the environment, if there is one.")
    private List<String> buildArgs = new ArrayList<>();

    @Option(names = "--build-context", paramLabel = "NAME=PLACE", description = "A named context.")
    private List<String> contexts = new ArrayList<>();

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "A label of the image.")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--annotation", paramLabel = "[PLACE:]KEY=VALUE", description = "An annotation of the image.")
    private List<String> annotations = new ArrayList<>();

    @Option(
            names = "--secret",
            paramLabel = "id=ID[,src=FILE|,env=NAME]",
            description = "A secret for RUN --mount=type=secret.")
    private List<String> secrets = new ArrayList<>();

    @Option(
            names = "--ssh",
            paramLabel = "default|ID[=SOCKET|KEY,...]",
            description = "An ssh agent or keys for RUN --mount=type=ssh.")
    private List<String> ssh = new ArrayList<>();

    @Option(names = "--no-cache", arity = "0..1", fallbackValue = "true", description = "Runs every step anew.")
    private boolean noCache;

    @Option(
            names = "--no-cache-filter",
            split = ",",
            paramLabel = "STAGE",
            description = "Runs the steps of these stages anew.")
    private List<String> noCacheStages = new ArrayList<>();

    @Option(names = "--pull", arity = "0..1", fallbackValue = "true", description = "Asks for newer base images.")
    private boolean pull;

    @Option(names = "--network", paramLabel = "MODE", description = "Network of RUN steps: default, none or host.")
    private String network = "default";

    @Option(names = "--add-host", paramLabel = "HOST:IP", description = "A line of /etc/hosts in RUN steps.")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--shm-size", paramLabel = "SIZE", description = "Size of /dev/shm in RUN steps.")
    private @Nullable String shmSize;

    @Option(names = "--ulimit", paramLabel = "NAME=SOFT[:HARD]", description = "A limit in RUN steps.")
    private List<String> ulimits = new ArrayList<>();

    @Option(names = "--cgroup-parent", paramLabel = "CGROUP", description = "Parent of the cgroups of RUN steps.")
    private @Nullable String cgroupParent;

    @Option(
            names = "--allow",
            split = ",",
            paramLabel = "RIGHT",
            description = "A right that steps need: network.host, security.insecure or device.")
    private List<String> rights = new ArrayList<>();

    @Option(names = "--cache-from", paramLabel = "CACHE", description = "A cache to use: name or type=...,key=value.")
    private List<String> cacheFrom = new ArrayList<>();

    @Option(names = "--cache-to", paramLabel = "CACHE", description = "A cache to write: name or type=...,key=value.")
    private List<String> cacheTo = new ArrayList<>();

    @Option(names = "--attest", paramLabel = "type=TYPE[,...]", description = "Adds provenance or sbom.")
    private List<String> attestations = new ArrayList<>();

    @Option(names = "--provenance", paramLabel = "TEXT", description = "Short for --attest type=provenance.")
    private @Nullable String provenance;

    @Option(names = "--sbom", paramLabel = "TEXT", description = "Short for --attest type=sbom.")
    private @Nullable String sbom;

    /** The same without picocli, whose start takes longer than a small build: for {@code io.sandboximage.examples.docker}. */
    public BuildFlags() {}

    /**
     * Gives one flag.
     *
     * @param name its long name, without dashes
     * @return whether there is such a flag here
     */
    public boolean set(String name, String value) {
        switch (name) {
            case "target" -> target = value;
            case "tag" -> tags.add(value);
            case "platform" -> split(value).map(Platform::parse).forEach(platforms::add);
            case "build-arg" -> buildArgs.add(value);
            case "build-context" -> contexts.add(value);
            case "label" -> labels.add(value);
            case "annotation" -> annotations.add(value);
            case "secret" -> secrets.add(value);
            case "ssh" -> ssh.add(value);
            case "no-cache" -> noCache = Boolean.parseBoolean(value);
            case "no-cache-filter" -> split(value).forEach(noCacheStages::add);
            case "pull" -> pull = Boolean.parseBoolean(value);
            case "network" -> network = value;
            case "add-host" -> split(value).forEach(hosts::add);
            case "shm-size" -> shmSize = value;
            case "ulimit" -> ulimits.add(value);
            case "cgroup-parent" -> cgroupParent = value;
            case "allow" -> split(value).forEach(rights::add);
            case "cache-from" -> cacheFrom.add(value);
            case "cache-to" -> cacheTo.add(value);
            case "attest" -> attestations.add(value);
            case "provenance" -> provenance = value;
            case "sbom" -> sbom = value;
            default -> {
                return false;
            }
        }
        return true;
    }

    public boolean hasBuildArg(String name) {
        return buildArgs.stream().anyMatch(text -> text.equals(name) || text.startsWith(name + "="));
    }

    private static Stream<String> split(String value) {
        return Stream.of(value.split(",", -1));
    }

    public List<String> tags() {
        return tags;
    }

    /** @param environment for arguments and secrets that are named without a value */
    void applyTo(DockerfileBuild build, Map<String, String> environment) {
        if (target != null) {
            build.target(target);
        }
        tags.forEach(build::tag);
        platforms.forEach(build::platform);
        buildArgs.forEach(text -> buildArg(build, text, environment));
        contexts.forEach(text -> {
            String[] parts = pair(text, "=", "The build context \"" + text + "\" is not of the form NAME=PLACE");
            build.context(parts[0], parts[1]);
        });
        labels.forEach(text -> {
            int equals = text.indexOf('=');
            build.label(equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
        });
        annotations.forEach(text -> Annotation.parse(text).forEach(build::annotation));
        secrets.forEach(text -> build.secret(text, environment));
        ssh.forEach(build::ssh);
        applyCacheTo(build);
        applyStepsTo(build);
        attestations.forEach(text -> build.attest(Attestation.parse(text)));
        if (provenance != null) {
            build.provenance(provenance);
        }
        if (sbom != null) {
            build.sbom(sbom);
        }
    }

    private void applyCacheTo(DockerfileBuild build) {
        if (noCache && !noCacheStages.isEmpty()) {
            throw new InvalidRequestException("--no-cache and --no-cache-filter contradict each other: give one");
        }
        if (noCache) {
            build.noCache();
        }
        if (!noCacheStages.isEmpty()) {
            build.noCache(noCacheStages);
        }
        cacheFrom.forEach(text -> CacheOption.parse(text).forEach(build::cacheFrom));
        cacheTo.forEach(text -> CacheOption.parse(text).forEach(build::cacheTo));
    }

    private void applyStepsTo(DockerfileBuild build) {
        if (pull) {
            build.pull();
        }
        build.network(network);
        hosts.forEach(text -> {
            String separator = text.contains("=") ? "=" : ":";
            String[] parts = pair(text, separator, "The host \"" + text + "\" is not of the form HOST:IP");
            build.addHost(parts[0], parts[1]);
        });
        if (shmSize != null) {
            // To Docker, a megabyte has 1024 kilobytes.
            build.shmSize(DataSize.parse(shmSize.replaceFirst("(?i)(?<=[kmgtp])b$", ""))
                    .bytes());
        }
        ulimits.forEach(build::ulimit);
        if (cgroupParent != null) {
            build.cgroupParent(cgroupParent);
        }
        rights.forEach(build::allow);
    }

    private static void buildArg(DockerfileBuild build, String text, Map<String, String> environment) {
        int equals = text.indexOf('=');
        if (equals >= 0) {
            build.buildArg(text.substring(0, equals), text.substring(equals + 1));
        } else if (environment.containsKey(text)) {
            build.buildArg(text, environment.get(text));
        }
    }

    private static String[] pair(String text, String separator, String complaint) {
        int at = text.indexOf(separator);
        if (at < 1) {
            throw new InvalidRequestException(complaint);
        }
        return new String[] {text.substring(0, at), text.substring(at + 1)};
    }
}
