package io.sandboximage.testkit.engine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where engines are looked for.
 *
 * @param folders that hold executables, the preferred first
 * @param engineFolder the private folder that {@code .ci/engines} fills: {@code bin} and what else engines need
 * @param root where the machine's own files start; {@code /} but for tests of this class
 */
public record EngineSearch(List<Path> folders, Path engineFolder, Path root) {
    /** Names the private folder; without it, it is {@code ~/.cache/sandbox-image-engines}. */
    public static final String ENGINE_FOLDER_VARIABLE = "SANDBOX_IMAGE_ENGINES";

    public EngineSearch {
        folders = List.copyOf(folders);
    }

    /** The private folder, then the environment's PATH, then the folders of system tools, which users' PATHs often lack. */
    public static EngineSearch ofMachine() {
        Map<String, String> environment = System.getenv();
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        String named = environment.getOrDefault(ENGINE_FOLDER_VARIABLE, "");
        Path engineFolder = named.isEmpty() ? Path.of(home, ".cache", "sandbox-image-engines") : Path.of(named);
        List<Path> folders = new ArrayList<>();
        folders.add(engineFolder.resolve("bin"));
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (!folder.isEmpty()) {
                folders.add(Path.of(folder));
            }
        }
        folders.add(Path.of("/usr/sbin"));
        folders.add(Path.of("/sbin"));
        return new EngineSearch(folders, engineFolder, Path.of("/"));
    }

    /** The first executable of that name. */
    public Optional<Path> executable(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
