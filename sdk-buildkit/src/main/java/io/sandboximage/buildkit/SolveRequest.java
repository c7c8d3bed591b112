package io.sandboximage.buildkit;

import io.sandboximage.buildkit.internal.session.UploadService;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.InvalidRequestException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A build in BuildKit's own terms. {@link DockerfileBuild} makes one from what {@code docker buildx build} understands.
 * Immutable.
 */
public final class SolveRequest {
    private final String frontend;
    private final Optional<byte[]> definition;
    private final Map<String, String> options;
    private final Map<String, Path> directories;
    private final Map<String, Map<String, byte[]>> files;
    private final Map<String, Supplier<InputStream>> uploads;
    private final Map<String, Path> layouts;
    private final Map<String, SecretSource> secrets;
    private final Map<String, SshSource> ssh;
    private final List<BuildExport> exports;
    private final List<CacheOption> cacheImports;
    private final List<CacheOption> cacheExports;
    private final List<String> entitlements;
    private final CredentialProvider credentials;
    private final Optional<Duration> timeout;
    private final Consumer<byte[]> statusListener;

    private SolveRequest(Builder builder) {
        this.frontend = builder.frontend;
        this.definition = builder.definition;
        this.options = Collections.unmodifiableMap(new LinkedHashMap<>(builder.options));
        this.directories = Collections.unmodifiableMap(new LinkedHashMap<>(builder.directories));
        this.files = copy(builder.files);
        this.uploads = Collections.unmodifiableMap(new LinkedHashMap<>(builder.uploads));
        this.layouts = Collections.unmodifiableMap(new LinkedHashMap<>(builder.layouts));
        this.secrets = Collections.unmodifiableMap(new LinkedHashMap<>(builder.secrets));
        this.ssh = Collections.unmodifiableMap(new LinkedHashMap<>(builder.ssh));
        this.exports = List.copyOf(builder.exports);
        this.cacheImports = List.copyOf(builder.cacheImports);
        this.cacheExports = List.copyOf(builder.cacheExports);
        this.entitlements = List.copyOf(builder.entitlements);
        this.credentials = builder.credentials;
        this.timeout = builder.timeout;
        this.statusListener = builder.statusListener;
    }

    /** A build by a frontend, for instance {@code dockerfile.v0}. */
    public static Builder frontend(String name) {
        return new Builder(name, Optional.empty());
    }

    /** A build of a low-level definition, as {@code buildctl} takes it on its standard input: a serialised pb.Definition. */
    public static Builder definition(byte[] llb) {
        return new Builder("", Optional.of(llb.clone()));
    }

    public String frontend() {
        return frontend;
    }

    public Optional<byte[]> definition() {
        return definition.map(byte[]::clone);
    }

    /** The frontend's options. */
    public Map<String, String> options() {
        return options;
    }

    /** Local directories by the name that the frontend asks for. */
    public Map<String, Path> directories() {
        return directories;
    }

    /** Directories that are not on disk: for each name the files in it by name. Not to be changed. */
    Map<String, Map<String, byte[]>> files() {
        return files;
    }

    /** Streams by id. */
    Map<String, Supplier<InputStream>> uploads() {
        return uploads;
    }

    /** OCI layouts by the name that contexts and caches use. */
    public Map<String, Path> layouts() {
        return layouts;
    }

    public Map<String, SecretSource> secrets() {
        return secrets;
    }

    /** Ssh agents and keys by the id that steps mount them with. */
    public Map<String, SshSource> ssh() {
        return ssh;
    }

    public List<BuildExport> exports() {
        return exports;
    }

    public List<CacheOption> cacheImports() {
        return cacheImports;
    }

    public List<CacheOption> cacheExports() {
        return cacheExports;
    }

    /** What steps may do that they may not do unasked, for instance {@code network.host}. */
    public List<String> entitlements() {
        return entitlements;
    }

    /** Whom the daemon asks when a registry wants to know who pulls or pushes. */
    public CredentialProvider credentials() {
        return credentials;
    }

    public Optional<Duration> timeout() {
        return timeout;
    }

    Consumer<byte[]> statusListener() {
        return statusListener;
    }

    /** A builder that begins with what this request says. */
    public Builder newBuilder() {
        Builder builder = new Builder(frontend, definition);
        builder.options.putAll(options);
        builder.directories.putAll(directories);
        files.forEach((name, some) -> builder.files.put(name, new LinkedHashMap<>(some)));
        builder.uploads.putAll(uploads);
        builder.layouts.putAll(layouts);
        builder.secrets.putAll(secrets);
        builder.ssh.putAll(ssh);
        builder.exports.addAll(exports);
        builder.cacheImports.addAll(cacheImports);
        builder.cacheExports.addAll(cacheExports);
        builder.entitlements.addAll(entitlements);
        builder.credentials = credentials;
        builder.timeout = timeout;
        builder.statusListener = statusListener;
        return builder;
    }

    private static Map<String, Map<String, byte[]>> copy(Map<String, Map<String, byte[]>> files) {
        Map<String, Map<String, byte[]>> copy = new LinkedHashMap<>();
        files.forEach((name, some) -> copy.put(name, Map.copyOf(some)));
        return Collections.unmodifiableMap(copy);
    }

    /** Collects the parts of a request. Not thread-safe. */
    public static final class Builder {
        private final String frontend;
        private final Optional<byte[]> definition;
        private final Map<String, String> options = new LinkedHashMap<>();
        private final Map<String, Path> directories = new LinkedHashMap<>();
        private final Map<String, Map<String, byte[]>> files = new LinkedHashMap<>();
        private final Map<String, Supplier<InputStream>> uploads = new LinkedHashMap<>();
        private final Map<String, Path> layouts = new LinkedHashMap<>();
        private final Map<String, SecretSource> secrets = new LinkedHashMap<>();
        private final Map<String, SshSource> ssh = new LinkedHashMap<>();
        private final List<BuildExport> exports = new ArrayList<>();
        private final List<CacheOption> cacheImports = new ArrayList<>();
        private final List<CacheOption> cacheExports = new ArrayList<>();
        private final List<String> entitlements = new ArrayList<>();
        private CredentialProvider credentials = CredentialProvider.none();
        private Optional<Duration> timeout = Optional.empty();
        private Consumer<byte[]> statusListener = status -> {};

        private Builder(String frontend, Optional<byte[]> definition) {
            this.frontend = frontend;
            this.definition = definition;
        }

        public Builder option(String name, String value) {
            options.put(name, value);
            return this;
        }

        /** Names something that the frontend must know, so that one that does not fails instead of leaving it out. */
        public Builder requires(String capability) {
            options.merge(
                    "frontend.caps",
                    capability,
                    (all, one) -> List.of(all.split(",")).contains(one) ? all : all + "," + one);
            return this;
        }

        public Builder directory(String name, Path path) {
            directories.put(name, path);
            return this;
        }

        /**
         * A file of a local directory that is not on disk, instead of a directory by that name.
         *
         * @param name of the directory, as the frontend asks for it
         * @param file its name there, without a slash
         */
        public Builder file(String name, String file, byte[] content) {
            if (file.isEmpty() || file.contains("/") || file.equals(".") || file.equals("..")) {
                throw new InvalidRequestException("\"" + file + "\" is no name for a file");
            }
            files.computeIfAbsent(name, key -> new LinkedHashMap<>()).put(file, content.clone());
            return this;
        }

        /**
         * A stream that the daemon can fetch, for instance a context that is a tar.
         *
         * @param stream opened in another thread when the daemon asks, and closed after it
         * @return its address, to be given to the frontend as an option
         */
        public String upload(Supplier<InputStream> stream) {
            String id = UUID.randomUUID().toString();
            uploads.put(id, stream);
            return UploadService.address(id);
        }

        public Builder layout(String name, Path path) {
            layouts.put(name, path);
            return this;
        }

        public Builder secret(String id, SecretSource secret) {
            secrets.put(id, secret);
            return this;
        }

        /** @param id what {@code RUN --mount=type=ssh,id=…} names; {@code default} where it names none */
        public Builder ssh(String id, SshSource source) {
            ssh.put(id, source);
            return this;
        }

        public Builder export(BuildExport export) {
            exports.add(export);
            return this;
        }

        /** In place of those that were given before. */
        public Builder exports(List<BuildExport> newExports) {
            exports.clear();
            exports.addAll(newExports);
            return this;
        }

        public Builder cacheImport(CacheOption cache) {
            cacheImports.add(cache);
            return this;
        }

        public Builder cacheExport(CacheOption cache) {
            cacheExports.add(cache);
            return this;
        }

        public Builder entitlement(String name) {
            if (!entitlements.contains(name)) {
                entitlements.add(name);
            }
            return this;
        }

        /** For the registries that the build uses; without it they are asked as nobody. */
        public Builder credentials(CredentialProvider provider) {
            credentials = provider;
            return this;
        }

        /** The build is cancelled after this time. */
        public Builder timeout(Duration limit) {
            timeout = Optional.of(limit);
            return this;
        }

        /**
         * Gets what the daemon tells about the steps, besides the progress that is made of it: each time a serialised
         * {@code moby.buildkit.v1.StatusResponse}. It is called in threads of the connection and must be quick.
         */
        public Builder statusListener(Consumer<byte[]> listener) {
            statusListener = listener;
            return this;
        }

        public SolveRequest build() {
            return new SolveRequest(this);
        }
    }
}
