package io.sandboximage.buildkit;

import io.sandboximage.docker.DockerEnvironment;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code docker buildx} remembers about builders: which one is current, for all engines or for one, and how each is reached.
 * Only read, never written.
 */
final class BuildxState {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int HASH_LENGTH = 20;
    private static final String BUILDER_NAME = "[a-zA-Z][a-zA-Z0-9._+-]*";

    private final Path folder;

    private BuildxState(Path folder) {
        this.folder = folder;
    }

    /**
     * A builder.
     *
     * @param driver {@code docker}, {@code docker-container}, {@code remote}, {@code kubernetes}
     * @param endpoint of its first node: for remote ones BuildKit's address, else the engine or its context
     * @param nodes how many there are
     */
    record Builder(
            String name,
            String driver,
            String node,
            String endpoint,
            Map<String, String> options,
            int nodes,
            Path file) {}

    static BuildxState of(DockerEnvironment environment) {
        return new BuildxState(
                environment.variable("BUILDX_CONFIG").map(Path::of).orElseGet(() -> environment
                        .dockerConfig()
                        .resolve("buildx")));
    }

    Path folder() {
        return folder;
    }

    /**
     * The builder that was chosen with {@code docker buildx use}.
     *
     * @param engine the docker context, or the engine's address where there is none
     */
    Optional<Builder> current(String engine) {
        Optional<JsonView> current = read(folder.resolve("current"));
        Optional<String> name = current.flatMap(json -> json.string("Name")).filter(text -> !text.isEmpty());
        if (name.isPresent()) {
            boolean everywhere = current.get().bool("Global").orElse(false);
            boolean here = current.get().string("Key").equals(Optional.of(engine));
            if (everywhere || here) {
                return builder(name.get());
            }
        }
        String hash =
                Digest.sha256(engine.getBytes(StandardCharsets.UTF_8)).hex().substring(0, HASH_LENGTH);
        return text(folder.resolve("defaults").resolve(hash))
                .flatMap(bytes -> builder(new String(bytes, StandardCharsets.UTF_8).strip()));
    }

    /** A builder by its name; empty if there is none. */
    Optional<Builder> builder(String name) {
        if (!name.matches(BUILDER_NAME)) {
            return Optional.empty();
        }
        Path file = folder.resolve("instances").resolve(name.toLowerCase(Locale.ROOT));
        return read(file).map(json -> {
            List<JsonView> nodes = json.objects("Nodes");
            if (nodes.isEmpty()) {
                throw new InvalidRequestException("buildx's builder \"" + name + "\" has no nodes, in " + file);
            }
            JsonView node = nodes.get(0);
            return new Builder(
                    name,
                    json.string("Driver").orElse(""),
                    node.string("Name").orElse(""),
                    node.string("Endpoint").orElse(""),
                    node.stringMap("DriverOpts"),
                    nodes.size(),
                    file);
        });
    }

    private static Optional<JsonView> read(Path file) {
        try {
            return text(file).map(bytes -> JsonView.parse(bytes, MAX_BYTES, file.toString()));
        } catch (InvalidContentException e) {
            throw new InvalidRequestException(
                    file + " is not as buildx writes it: " + e.getMessage()
                            + ". Choose a builder with docker buildx use",
                    e);
        }
    }

    private static Optional<byte[]> text(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
