package io.sandboximage.depot.build;

import io.sandboximage.depot.internal.yaml.FlatYaml;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which project a folder belongs to: the environment says it, or a file in the folder or above it. */
public final class ProjectFile {
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
