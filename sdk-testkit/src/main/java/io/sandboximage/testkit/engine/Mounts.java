package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** What daemons leave mounted. */
final class Mounts {
    private Mounts() {}

    /** What a killed daemon mounted would keep the test's folder from being removed. */
    static void unmountBelow(Path folder) {
        try {
            List<String> mounts = Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                    .map(line -> line.split(" ")[1])
                    .filter(place -> place.startsWith(folder.toAbsolutePath() + "/"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            for (String mount : mounts) {
                Command.of("umount", "--lazy", mount).run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
