package io.sandboximage.depot.build;

import io.sandboximage.depot.internal.yaml.FlatYaml;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which project a folder belongs to: the environment says it, or a file in the folder or above it. */
public final class ProjectFile {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProjectFile.class);
    private static final List<String> NAMES = List.of("depot.json", "depot.yml", "depot.yaml");
    private static final String VARIABLE = "DEPOT_PROJECT_ID";

    private ProjectFile() {}

    /** What {@code DEPOT_PROJECT_ID} says, else what a file in the folder or above it says. */
    public static Optional<String> near(Path folder) {
        return near(folder, System.getenv());
    }

    /** The same with the environment given. */
    public static Optional<String> near(Path folder, Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(id -> !id.isBlank())
                .or(() -> find(folder).flatMap(ProjectFile::id));
    }

    /**
     * What {@code DEPOT_PROJECT_ID} says, else what files in several folders or above them say; of files that contradict each
     * other the last counts, as with Depot's command line.
     */
    public static Optional<String> near(List<Path> folders, Map<String, String> environment) {
        Optional<String> found = Optional.empty();
        for (Path folder : folders) {
            Optional<String> id = near(folder, environment);
            if (found.isPresent() && id.isPresent() && !found.equals(id)) {
                LOGGER.warn("There are files for different projects of Depot near {}: {} counts", folders, id.get());
            }
            found = id.isPresent() ? id : found;
        }
        return found;
    }

    /**
     * Writes down a folder's project, as {@code depot init} does: into the file that there is in the folder or above it, else into
     * {@code depot.json} in the folder.
     *
     * @return the file
     */
    public static Path write(Path folder, String projectId) {
        Path file = find(folder).orElseGet(() -> folder.resolve(NAMES.get(0)));
        Map<String, String> content = Map.of("id", projectId);
        byte[] bytes = file.toString().endsWith(".json")
                ? (new String(Json.write(content), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8)
                : FlatYaml.write(content).getBytes(StandardCharsets.UTF_8);
        try (AtomicFile out = AtomicFile.create(file)) {
            out.stream().write(bytes);
            out.commit();
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
        return file;
    }

    /** The first of {@code depot.json}, {@code depot.yml} and {@code depot.yaml} in the folder or above it. */
    public static Optional<Path> find(Path folder) {
        for (@Nullable Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            for (String name : NAMES) {
                if (Files.isRegularFile(at.resolve(name))) {
                    return Optional.of(at.resolve(name));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> id(Path file) {
        try {
            return Optional.ofNullable(FlatYaml.read(Files.readString(file), file.toString())
                            .get("id"))
                    .filter(id -> !id.isBlank());
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
