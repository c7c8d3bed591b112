package io.sandboximage.compose;

import io.sandboximage.compose.internal.DotEnv;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files of a compose project, found as compose finds them, and its variables: the environment's, and below them those of its
 * environment files.
 *
 * @param directory what relative paths in the files are relative to
 */
record ProjectFiles(List<Path> files, Path directory, Map<String, String> environment) {
    private static final List<String> NAMES =
            List.of("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml");
    private static final List<String> OVERRIDES = List.of(
            "compose.override.yml",
            "compose.override.yaml",
            "docker-compose.override.yml",
            "docker-compose.override.yaml");

    /**
     * @param current the directory of the command line
     * @throws NotFoundException if there is no project here
     */
    static ProjectFiles find(ComposeGlobals globals, Path current, Map<String, String> environment) {
        Optional<Path> given =
                globals.projectDirectory().filter(name -> !name.isEmpty()).map(current::resolve);
        List<Path> files = globals.files().stream().map(current::resolve).toList();
        Map<String, String> variables = new HashMap<>(environment);
        variables.putIfAbsent("PWD", current.toString());
        Path first = given.orElseGet(() -> files.isEmpty() ? current : parent(files.get(0)));
        addEnvironmentFiles(environmentFiles(globals, first, current, variables), variables);
        List<Path> found = files.isEmpty() ? fromVariables(current, variables) : files;
        if (found.isEmpty()) {
            found = byName(first);
        }
        if (found.isEmpty()) {
            throw new NotFoundException("no configuration file provided: not found. Looked in " + first
                    + " and above it for " + String.join(", ", NAMES));
        }
        Path directory = given.orElse(parent(found.get(0))).normalize();
        if (!directory.equals(first)) {
            addEnvironmentFiles(environmentFiles(globals, directory, current, variables), variables);
        }
        return new ProjectFiles(found.stream().map(Path::normalize).toList(), directory, Map.copyOf(variables));
    }

    /**
     * The project's variables alone, for a project that compose has read; the process's where ours is another reading of it than
     * compose's.
     */
    static Map<String, String> environment(ComposeGlobals globals, Path current, Map<String, String> environment) {
        try {
            return find(globals, current, environment).environment();
        } catch (InvalidRequestException | NotFoundException e) {
            return environment;
        }
    }

    /** The text of one of the files. */
    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            if (!Files.exists(file)) {
                throw new NotFoundException("open " + file + ": no such file or directory", e);
            }
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    private static List<Path> fromVariables(Path current, Map<String, String> variables) {
        String names = variables.getOrDefault("COMPOSE_FILE", "");
        if (names.isEmpty()) {
            return List.of();
        }
        String separator = variables.getOrDefault("COMPOSE_PATH_SEPARATOR", "");
        return Arrays.stream(names.split(Pattern.quote(separator.isEmpty() ? File.pathSeparator : separator), -1))
                .map(current::resolve)
                .toList();
    }

    private static List<Path> byName(Path start) {
        for (Path directory = start; directory != null; directory = directory.getParent()) {
            Optional<Path> file = first(directory, NAMES);
            if (file.isPresent()) {
                List<Path> files = new ArrayList<>(List.of(file.get()));
                first(directory, OVERRIDES).ifPresent(files::add);
                return files;
            }
        }
        return List.of();
    }

    private static Optional<Path> first(Path directory, List<String> names) {
        return names.stream().map(directory::resolve).filter(Files::exists).findFirst();
    }

    private static List<Path> environmentFiles(
            ComposeGlobals globals, Path directory, Path current, Map<String, String> variables) {
        List<String> given = globals.envFiles().isEmpty()
                ? Arrays.stream(variables.getOrDefault("COMPOSE_ENV_FILES", "").split(","))
                        .filter(name -> !name.isEmpty())
                        .toList()
                : globals.envFiles();
        if (!given.isEmpty()) {
            return given.stream().map(current::resolve).toList();
        }
        boolean disabled = List.of("1", "t", "T", "true", "TRUE", "True")
                .contains(variables.getOrDefault("COMPOSE_DISABLE_ENV_FILE", ""));
        Path usual = directory.resolve(".env");
        return !disabled && Files.isRegularFile(usual) ? List.of(usual) : List.of();
    }

    private static void addEnvironmentFiles(List<Path> files, Map<String, String> variables) {
        Map<String, String> read = new HashMap<>();
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                throw new NotFoundException("couldn't find env file: " + file);
            }
            try {
                read.putAll(DotEnv.parse(read(file), name -> Optional.ofNullable(variables.get(name))
                        .or(() -> Optional.ofNullable(read.get(name)))));
            } catch (InvalidRequestException e) {
                throw new InvalidRequestException("failed to read " + file + ": " + e.getMessage(), e);
            }
        }
        read.forEach(variables::putIfAbsent);
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }
}
