package io.sandboximage.buildkit;

import io.sandboximage.BuildRequest;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A Dockerfile build with the options of {@code docker buildx build}; makes a {@link SolveRequest}. What can be seen to be wrong
 * without the daemon is refused with {@link InvalidRequestException}: a value when it is given, files in {@link #toRequest}. Not
 * thread-safe.
 */
public final class DockerfileBuild {
    private static final String FRONTEND = "dockerfile.v0";
    private static final String EXTERNAL_FRONTEND = "gateway.v0";
    /** Far more than any Dockerfile, and little enough for one message. */
    private static final int MAX_DOCKERFILE_BYTES = 1024 * 1024;

    private final BuildInput input;
    private final NamedContexts contexts = new NamedContexts();
    private final StepOptions steps = new StepOptions();
    private final ImageNames names = new ImageNames();
    private final Map<String, String> options = new LinkedHashMap<>();
    private final Map<String, String> buildArgs = new LinkedHashMap<>();
    private final Set<Platform> platforms = new LinkedHashSet<>();
    private final Map<String, SecretSource> secrets = new LinkedHashMap<>();
    private final Map<String, SshSource> ssh = new LinkedHashMap<>();
    private final List<String> entitlements = new ArrayList<>();
    private final List<CacheOption> cacheImports = new ArrayList<>();
    private final List<CacheOption> cacheExports = new ArrayList<>();
    private final List<BuildExport> exports = new ArrayList<>();
    private CredentialProvider credentials = CredentialProvider.none();
    private Optional<Duration> timeout = Optional.empty();

    private DockerfileBuild(BuildInput input) {
        this.input = input;
    }

    /** @param context directory that the Dockerfile's COPY reads from */
    public static DockerfileBuild of(Path context) {
        return new DockerfileBuild(BuildInput.local(context));
    }

    /** @param context a directory, or a git or HTTP address that the daemon fetches */
    public static DockerfileBuild of(String context) {
        return Files.isDirectory(Path.of(context)) || !RemoteAddress.matches(context)
                ? of(Path.of(context))
                : new DockerfileBuild(BuildInput.remote(context));
    }

    /**
     * A context that is a tar, perhaps compressed with gzip, bzip2 or xz; also the place of the Dockerfile unless that is given.
     *
     * @param tar opened in another thread for each build, and closed after it
     */
    public static DockerfileBuild ofTar(Supplier<InputStream> tar) {
        return new DockerfileBuild(BuildInput.tar(tar));
    }

    /** What the request says, the Dockerfile relative to the context. */
    public static DockerfileBuild of(BuildRequest request) {
        DockerfileBuild build =
                of(request.context()).dockerfile(request.context().resolve(request.dockerfile()));
        request.platforms().forEach(build::platform);
        request.buildArgs().forEach(build::buildArg);
        request.target().ifPresent(build::target);
        request.contexts().forEach(build::context);
        return build;
    }

    /**
     * The Dockerfile, which may lie outside the context, also of a context that the daemon fetches; an ignore file with its name
     * goes before the context's.
     */
    public DockerfileBuild dockerfile(Path file) {
        input.dockerfile(file);
        return this;
    }

    /** The Dockerfile's text. Only an ignore file of the context counts. */
    public DockerfileBuild dockerfile(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        input.dockerfileContent(() -> content);
        return this;
    }

    /**
     * The Dockerfile from a stream. Only an ignore file of the context counts.
     *
     * @param stream opened, read and closed by {@link #toRequest}
     */
    public DockerfileBuild dockerfile(Supplier<InputStream> stream) {
        input.dockerfileContent(() -> readDockerfile(stream));
        return this;
    }

    /** The Dockerfile by its path in the context, {@code Dockerfile} unless told otherwise. */
    public DockerfileBuild dockerfileInContext(String path) {
        input.dockerfileInContext(path);
        return this;
    }

    /** The stage to build; without it the last. */
    public DockerfileBuild target(String stage) {
        return option("target", stage);
    }

    /** Adds a platform; several make an index. */
    public DockerfileBuild platform(Platform platform) {
        platforms.add(platform);
        return this;
    }

    /**
     * An ARG. As with {@code docker buildx build}, some names mean more: {@code BUILDKIT_SYNTAX} is the frontend,
     * {@code dockerfile.v0} being the daemon's own whatever the Dockerfile says; {@code BUILDKIT_INLINE_CACHE=1} exports inline
     * cache; {@code BUILDKIT_MULTI_PLATFORM=1} makes an index.
     */
    public DockerfileBuild buildArg(String name, String value) {
        buildArgs.put(name, value);
        return this;
    }

    public DockerfileBuild label(String name, String value) {
        return option("label:" + name, value);
    }

    /** Adds a name, {@code repository:tag}, for every exporter of images; for those that push also the place. */
    public DockerfileBuild tag(String name) {
        names.tag(name);
        return this;
    }

    /** Adds an annotation for every exporter of images. */
    public DockerfileBuild annotation(Annotation annotation) {
        names.annotate(annotation);
        return this;
    }

    /**
     * A named context as {@code docker buildx build --build-context} takes it: a directory, {@code docker-image://…},
     * {@code oci-layout://DIRECTORY[:TAG][@DIGEST]}, a git or an HTTP address.
     */
    public DockerfileBuild context(String name, String value) {
        contexts.add(name, value);
        return this;
    }

    /** A local directory as a named context. */
    public DockerfileBuild context(String name, Path directory) {
        contexts.add(name, directory);
        return this;
    }

    /** An image in a local OCI layout as a named context. */
    public DockerfileBuild contextOfLayout(String name, Path layout, Digest manifest) {
        contexts.addLayout(name, layout, Optional.empty(), Optional.of(manifest));
        return this;
    }

    /** The image with a tag in a local OCI layout as a named context. */
    public DockerfileBuild contextOfLayout(String name, Path layout, String tag) {
        contexts.addLayout(name, layout, Optional.of(tag), Optional.empty());
        return this;
    }

    /** Runs every step anew. */
    public DockerfileBuild noCache() {
        return option("no-cache", "");
    }

    /** Runs the steps of these stages anew. */
    public DockerfileBuild noCache(List<String> stages) {
        if (stages.isEmpty()) {
            throw new InvalidRequestException("No stage is named whose cache is not to be used");
        }
        return option("no-cache", String.join(",", stages));
    }

    /** Asks registries for newer base images. */
    public DockerfileBuild pull() {
        return option("image-resolve-mode", "pull");
    }

    /** The network of RUN steps: {@code default}, {@code none}, or {@code host}, which the daemon must allow. */
    public DockerfileBuild network(String mode) {
        steps.network(mode);
        return this;
    }

    /**
     * A line of {@code /etc/hosts} in RUN steps.
     *
     * @param address an IP address, several with commas, or {@code host-gateway} with a Docker engine
     */
    public DockerfileBuild addHost(String host, String address) {
        steps.host(host, address);
        return this;
    }

    /** Size of {@code /dev/shm} in RUN steps. */
    public DockerfileBuild shmSize(long sizeBytes) {
        steps.shmSize(sizeBytes);
        return this;
    }

    /** For instance {@code nofile}, 1024, 2048. */
    public DockerfileBuild ulimit(String name, long soft, long hard) {
        return ulimit(name + "=" + soft + ":" + hard);
    }

    /** As {@code docker buildx build --ulimit} takes it, for instance {@code nofile=1024:2048}. */
    public DockerfileBuild ulimit(String text) {
        steps.ulimit(text);
        return this;
    }

    public DockerfileBuild cgroupParent(String parent) {
        steps.cgroupParent(parent);
        return this;
    }

    /** Lets steps do what they may not do unasked: {@code network.host}, {@code security.insecure}, {@code device}. */
    public DockerfileBuild allow(String entitlement) {
        entitlements.add(entitlement);
        return this;
    }

    /** The time that the image, and what steps see as the time, is said to be of; makes builds repeatable. */
    public DockerfileBuild sourceDateEpoch(Instant time) {
        return buildArg("SOURCE_DATE_EPOCH", Long.toString(time.getEpochSecond()));
    }

    /** Adds a statement about the image, or leaves it out; makes an index of any image. */
    public DockerfileBuild attest(Attestation attestation) {
        String option = "attest:" + attestation.type();
        if (attestation.disabled()) {
            options.remove(option);
            return this;
        }
        return option(option, attestation.option());
    }

    /** Adds how the image was built; true, false, or parameters such as {@code mode=max}. */
    public DockerfileBuild provenance(String text) {
        return attest(Attestation.provenance(text));
    }

    /** Adds a list of what is in the image; true, false, or parameters such as {@code generator=image}. */
    public DockerfileBuild sbom(String text) {
        return attest(Attestation.sbom(text));
    }

    /** Another place to take results of earlier builds from. */
    public DockerfileBuild cacheFrom(CacheOption cache) {
        cacheImports.add(cache);
        return this;
    }

    /** Another place to leave results for later builds. */
    public DockerfileBuild cacheTo(CacheOption cache) {
        cacheExports.add(cache);
        return this;
    }

    /** A secret for {@code RUN --mount=type=secret,id=…}. */
    public DockerfileBuild secret(String id, SecretSource source) {
        secrets.put(id, source);
        return this;
    }

    /**
     * A secret as {@code docker buildx build --secret} takes it, for instance {@code id=token,env=TOKEN}.
     *
     * @throws io.sandboximage.error.NotFoundException if the file cannot be read or the variable is not set
     */
    public DockerfileBuild secret(String text, Map<String, String> environment) {
        SecretText.applyTo(this, text, environment);
        return this;
    }

    /** Keys as {@code docker buildx build --ssh} takes them: {@code default}, or {@code id=socket}, or {@code id=key,key}. */
    public DockerfileBuild ssh(String text) {
        SecretText.applySshTo(this, text);
        return this;
    }

    /** Keys for {@code RUN --mount=type=ssh,id=…}; the id of mounts that name none is {@code default}. */
    public DockerfileBuild ssh(String id, SshSource source) {
        ssh.put(id, source);
        return this;
    }

    /** Any other option of the frontend, by the frontend's own name. */
    public DockerfileBuild option(String name, String value) {
        options.put(name, value);
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

    /**
     * The request as it is now.
     *
     * @throws InvalidRequestException if a context or the Dockerfile is not there, or options contradict each other
     */
    public SolveRequest toRequest() {
        return toRequest(exports);
    }

    /** The same with other exports. */
    public SolveRequest toRequest(List<BuildExport> chosen) {
        Optional<String> syntax =
                Optional.ofNullable(buildArgs.get("BUILDKIT_SYNTAX")).map(String::strip);
        boolean external = syntax.isPresent() && !syntax.get().equals(FRONTEND);
        SolveRequest.Builder request = SolveRequest.frontend(external ? EXTERNAL_FRONTEND : FRONTEND);
        syntax.ifPresent(line -> syntax(line, external, request));
        input.applyTo(request);
        contexts.applyTo(request);
        steps.applyTo(request);
        buildArgs.forEach((name, value) -> request.option("build-arg:" + name, value));
        options.forEach(request::option);
        if (!platforms.isEmpty()) {
            request.option(
                    "platform", platforms.stream().map(Platform::toString).collect(Collectors.joining(",")));
        }
        if (isSet("BUILDKIT_MULTI_PLATFORM")) {
            request.option("multi-platform", "true");
        }
        if (isSet("BUILDKIT_INLINE_CACHE")) {
            request.cacheExport(CacheOption.inline());
        }
        cacheImports.forEach(request::cacheImport);
        cacheExports.forEach(request::cacheExport);
        secrets.forEach(request::secret);
        ssh.forEach(request::ssh);
        entitlements.forEach(request::entitlement);
        chosen.forEach(export -> request.export(names.applyTo(export)));
        timeout.ifPresent(request::timeout);
        return request.credentials(credentials).build();
    }

    private static void syntax(String line, boolean external, SolveRequest.Builder request) {
        if (line.isEmpty()) {
            throw new InvalidRequestException(
                    "The build argument BUILDKIT_SYNTAX is empty: name the image of a frontend"
                            + " or dockerfile.v0, or leave the argument out");
        }
        // With a command line the frontend does not look at the Dockerfile's syntax line again.
        request.option("cmdline", line);
        if (external) {
            request.option("source", line.split("\\s+", 2)[0]);
        }
    }

    private static byte[] readDockerfile(Supplier<InputStream> stream) {
        try (InputStream in = stream.get()) {
            byte[] bytes = in.readNBytes(MAX_DOCKERFILE_BYTES + 1);
            if (bytes.length > MAX_DOCKERFILE_BYTES) {
                throw new InvalidRequestException("The stream that is to be the Dockerfile has more than "
                        + MAX_DOCKERFILE_BYTES + " bytes: is it a context? Give that to ofTar");
            }
            return bytes;
        } catch (IOException e) {
            throw new StorageException("Could not read the stream of the Dockerfile: " + AtomicFile.reason(e), e);
        }
    }

    private boolean isSet(String buildArg) {
        String value = buildArgs.getOrDefault(buildArg, "");
        return OptionText.isBool(value) && OptionText.bool(value, buildArg);
    }
}
