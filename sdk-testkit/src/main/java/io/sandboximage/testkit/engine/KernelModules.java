package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Modules of the {@link Engine#CLOUD_KERNEL}, for a guest to load. */
public final class KernelModules {
    private KernelModules() {}

    /**
     * Files of modules and of all that they need, in the order in which they can be loaded.
     *
     * @param names without {@code .ko}
     */
    public static List<Path> of(String... names) {
        try {
            return List.copyOf(withDependencies(folder(), List.of(names)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the kernel's modules are. */
    static Path folder() {
        String kernel = Engine.CLOUD_KERNEL.path().getFileName().toString();
        return Path.of("/lib/modules", kernel.substring("vmlinuz-".length()));
    }

    static Set<Path> withDependencies(Path modules, List<String> wanted) throws IOException {
        Set<Path> files = new LinkedHashSet<>();
        List<String> lines = Files.readAllLines(modules.resolve("modules.dep"));
        for (String name : wanted) {
            for (String line : lines) {
                int colon = line.indexOf(':');
                if (line.substring(0, colon).endsWith("/" + name + ".ko")) {
                    // Listed nearest first, so what is needed by others comes last.
                    List<String> needed = new ArrayList<>(
                            List.of(line.substring(colon + 1).strip().split(" +")));
                    Collections.reverse(needed);
                    needed.removeIf(String::isEmpty);
                    needed.forEach(module -> files.add(modules.resolve(module)));
                    files.add(modules.resolve(line.substring(0, colon)));
                }
            }
        }
        return files;
    }
}
