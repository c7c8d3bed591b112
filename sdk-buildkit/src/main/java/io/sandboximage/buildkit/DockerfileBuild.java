package io.sandboximage.buildkit;

import io.sandboximage.BuildRequest;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A Dockerfile build with the options of {@code docker buildx build}; makes a {@link SolveRequest}. Not thread-safe. */
public final class DockerfileBuild {
    private static final String FRONTEND = "dockerfile.v0";
    private static final String NETWORK_HOST = "network.host";

    private final Path context;
    private Path dockerfile;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final List<Platform> platforms = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private final List<String> ulimits = new ArrayList<>();
    private final Map<String, Path> directories = new LinkedHashMap<>();
    private final Map<String, Path> layouts = new LinkedHashMap<>();
    private final Map<String, SecretSource> secrets = new LinkedHashMap<>();
    private final List<String> entitlements = new ArrayList<>();
    private final List<BuildExport> exports = new ArrayList<>();
    private CredentialProvider credentials = CredentialProvider.none();
    private Optional<Duration> timeout = Optional.empty();

    private DockerfileBuild(Path context) {
        this.context = context;
        this.dockerfile = context.resolve("Dockerfile");
    }

    /** @param context directory that the Dockerfile's COPY reads from */
    public static DockerfileBuild of(Path context) {
        return new DockerfileBuild(context);
    }

    /** What the request says, the Dockerfile relative to the context. */
    public static DockerfileBuild of(BuildRequest request) {
        DockerfileBuild build =
                of(request.context()).dockerfile(request.context().resolve(request.dockerfile()));
        request.platforms().forEach(build::platform);
        request.buildArgs().forEach(build::buildArg);
        request.target().ifPresent(build::target);
        return build;
    }

    /** The Dockerfile, which may lie outside the context; an ignore file with its name goes before the context's. */
    public DockerfileBuild dockerfile(Path file) {
        dockerfile = file;
        return this;
    }

    /** The stage to build; without it the last. */
    public DockerfileBuild target(String stage) {
        options.put("target", stage);
        return this;
    }

    /** Adds a platform; several make an index. */
    public DockerfileBuild platform(Platform platform) {
        platforms.add(platform);
        return this;
    }

    public DockerfileBuild buildArg(String name, String value) {
        options.put("build-arg:" + name, value);
        return this;
    }

    public DockerfileBuild label(String name, String value) {
        options.put("label:" + name, value);
        return this;
    }

    /**
     * A named context, as {@code docker buildx build --build-context} takes it but for local ones:
     * {@code docker-image://…}, a git or an HTTP address.
     */
    public DockerfileBuild context(String name, String value) {
        options.put("context:" + name, value);
        return this;
    }

    /** A local directory as a named context. */
    public DockerfileBuild context(String name, Path directory) {
        String local = name.equals("context") || name.equals("dockerfile") ? "_" + name : name;
        directories.put(local, directory);
        return context(name, "local:" + local);
    }

    /** An image in a local OCI layout as a named context. */
    public DockerfileBuild contextOfLayout(String name, Path layout, Digest manifest) {
        layouts.put(name, layout);
        return context(name, "oci-layout://" + name + "@" + manifest);
    }

    /** Runs every step anew. */
    public DockerfileBuild noCache() {
        options.put("no-cache", "");
        return this;
    }

    /** Runs the steps of these stages anew. */
    public DockerfileBuild noCache(List<String> stages) {
        if (stages.isEmpty()) {
            throw new InvalidRequestException("No stage is named whose cache is not to be used");
        }
        options.put("no-cache", String.join(",", stages));
        return this;
    }

    /** Asks registries for newer base images. */
    public DockerfileBuild pull() {
        options.put("image-resolve-mode", "pull");
        return this;
    }

    /** The network of RUN steps: {@code default}, {@code none}, or {@code host}, which the daemon must allow. */
    public DockerfileBuild network(String mode) {
        switch (mode) {
            case "default" -> options.remove("force-network-mode");
            case "none" -> options.put("force-network-mode", mode);
            case "host" -> {
                options.put("force-network-mode", mode);
                allow(NETWORK_HOST);
            }
            default ->
                throw new InvalidRequestException(
                        "\"" + mode + "\" is not a network for builds: write default, none or host");
        }
        return this;
    }

    /** A line of {@code /etc/hosts} in RUN steps. */
    public DockerfileBuild addHost(String host, String address) {
        hosts.add(host + "=" + address);
        return this;
    }

    /** Size of {@code /dev/shm} in RUN steps. */
    public DockerfileBuild shmSize(long sizeBytes) {
        options.put("shm-size", Long.toString(sizeBytes));
        return this;
    }

    /** For instance {@code nofile}, 1024, 2048. */
    public DockerfileBuild ulimit(String name, long soft, long hard) {
        ulimits.add(name + "=" + soft + ":" + hard);
        return this;
    }

    public DockerfileBuild cgroupParent(String parent) {
        options.put("cgroup-parent", parent);
        return this;
    }

    /** Lets steps do what they may not do unasked: {@code network.host}, {@code security.insecure}, {@code device}. */
    public DockerfileBuild allow(String entitlement) {
        if (!entitlements.contains(entitlement)) {
            entitlements.add(entitlement);
        }
        return this;
    }

    /** The time that the image, and what steps see as the time, is said to be of; makes builds repeatable. */
    public DockerfileBuild sourceDateEpoch(Instant time) {
        return buildArg("SOURCE_DATE_EPOCH", Long.toString(time.getEpochSecond()));
    }

    /** Adds how the image was built, for instance {@code mode=max}; makes an index of any image. */
    public DockerfileBuild provenance(String parameters) {
        options.put("attest:provenance", parameters);
        return this;
    }

    /** Adds a list of what is in the image, for instance {@code generator=image}; makes an index of any image. */
    public DockerfileBuild sbom(String parameters) {
        options.put("attest:sbom", parameters);
        return this;
    }

    /** A secret for {@code RUN --mount=type=secret,id=…}. */
    public DockerfileBuild secret(String id, SecretSource source) {
        secrets.put(id, source);
        return this;
    }

    /** Adds something to make of the result; without any the build only fills the cache. */
    public DockerfileBuild export(BuildExport export) {
        exports.add(export);
        return this;
    }

    /** For the registries that the build uses; without it they are asked as nobody. */
    public DockerfileBuild credentials(CredentialProvider provider) {
        credentials = provider;
        return this;
    }

    /** The build is cancelled after this time. */
    public DockerfileBuild timeout(Duration limit) {
        timeout = Optional.of(limit);
        return this;
    }

    /** The request as it is now. */
    public SolveRequest toRequest() {
        Path file = dockerfile.toAbsolutePath().normalize();
        Path parent = file.getParent();
        if (parent == null || file.getFileName() == null) {
            throw new InvalidRequestException(dockerfile + " is not a Dockerfile");
        }
        SolveRequest.Builder request = SolveRequest.frontend(FRONTEND)
                .directory("context", context)
                .directory("dockerfile", parent)
                .option("filename", file.getFileName().toString())
                .credentials(credentials);
        options.forEach(request::option);
        join(request, "platform", platforms.stream().map(Platform::toString).toList());
        join(request, "add-hosts", hosts);
        join(request, "ulimit", ulimits);
        directories.forEach(request::directory);
        layouts.forEach(request::layout);
        secrets.forEach(request::secret);
        entitlements.forEach(request::entitlement);
        exports.forEach(request::export);
        timeout.ifPresent(request::timeout);
        return request.build();
    }

    private static void join(SolveRequest.Builder request, String option, List<String> values) {
        if (!values.isEmpty()) {
            request.option(option, values.stream().collect(Collectors.joining(",")));
        }
    }
}
