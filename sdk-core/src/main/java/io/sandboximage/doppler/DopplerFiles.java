package io.sandboximage.doppler;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What Doppler's files say about a folder: {@code ~/.doppler/.doppler.yaml} has a scope for each folder that was set up, and the
 * settings of nearer folders win one by one; {@code doppler.yaml} is a project's suggestion.
 */
record DopplerFiles(Optional<String> token, Optional<String> api, Optional<String> project, Optional<String> config) {
    private static final int MAX_BYTES = 1024 * 1024;

    static DopplerFiles read(Path folder, Path home) {
        Map<?, ?> scopes = child(load(home.resolve(".doppler").resolve(".doppler.yaml")), "scoped");
        List<Map<?, ?>> nearest = new ArrayList<>();
        for (Path scope = folder; scope != null; scope = scope.getParent()) {
            nearest.add(child(scopes, scope.toString()));
        }
        Map<?, ?> suggestion = suggestion(folder);
        return new DopplerFiles(
                first(nearest, "token"),
                first(nearest, "api-host"),
                first(nearest, "enclave.project").or(() -> text(suggestion, "project")),
                first(nearest, "enclave.config").or(() -> text(suggestion, "config")));
    }

    /** {@code setup} of the nearest {@code doppler.yaml}: one entry, or several of which those for sub-folders have a path. */
    private static Map<?, ?> suggestion(Path folder) {
        for (Path place = folder; place != null; place = place.getParent()) {
            Path file = place.resolve("doppler.yaml");
            if (Files.isRegularFile(file)) {
                Object setup = load(file).get("setup");
                if (setup instanceof List<?> entries) {
                    Path root = place;
                    return entries.stream()
                            .filter(Map.class::isInstance)
                            .<Map<?, ?>>map(Map.class::cast)
                            .filter(entry -> folder.startsWith(
                                    root.resolve(text(entry, "path").orElse("."))
                                            .normalize()))
                            .reduce(Map.of(), (a, b) -> depth(b) >= depth(a) ? b : a);
                }
                return setup instanceof Map<?, ?> entry ? entry : Map.of();
            }
        }
        return Map.of();
    }

    private static int depth(Map<?, ?> entry) {
        return entry.isEmpty()
                ? 0
                : Path.of(text(entry, "path").orElse(".")).normalize().getNameCount();
    }

    private static Map<?, ?> load(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            LoadSettings settings =
                    LoadSettings.builder().setCodePointLimit(MAX_BYTES).build();
            Object document = new Load(settings).loadFromInputStream(in);
            return document instanceof Map<?, ?> map ? map : Map.of();
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (YamlEngineException e) {
            // Without the parser's words, which quote the file, and it holds tokens.
            throw new InvalidContentException("The file " + file + " is not valid YAML");
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    private static Map<?, ?> child(Map<?, ?> map, String name) {
        return map.get(name) instanceof Map<?, ?> child ? child : Map.of();
    }

    private static Optional<String> first(List<Map<?, ?>> scopes, String name) {
        return scopes.stream().flatMap(scope -> text(scope, name).stream()).findFirst();
    }

    private static Optional<String> text(Map<?, ?> map, String name) {
        @Nullable Object value = map.get(name);
        return Optional.ofNullable(value).map(String::valueOf).filter(text -> !text.isBlank());
    }
}
