package io.sandboximage.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.testkit.image.FeatureImage;
import io.sandboximage.testkit.image.FeatureImage.Compression;
import io.sandboximage.testkit.image.RawTar;
import io.sandboximage.testkit.image.TarItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversions with a layer cache, killed at random moments: under the final name stands the whole file or none, the cache gives the
 * next conversion the same bytes, and that one removes what was left. {@code -Dsandboximage.moments=100} makes it a long run.
 */
@RequiresEngine(Engine.E2FSPROGS)
class KilledConversionsIT {
    private static final int MOMENTS = Integer.getInteger("sandboximage.moments", 3);
    private static final long SEED = Long.getLong("sandboximage.moments.seed", 1);
    private static final Duration LONGEST = Duration.ofMillis(1500);
    private static final int DATA_BYTES = 3_000_000;

    @TempDir
    Path folder;

    @Test
    void aKilledConversionLeavesAWholeFileOrNoneAndAUsableCache() throws IOException {
        Path layout = folder.resolve("layout");
        FeatureImage.portable().write(layout, "v1", Compression.MIXED);
        Path reference = folder.resolve("reference.ext4");
        convert(layout, reference, folder.resolve("other-cache"));
        Path cache = folder.resolve("cache");
        Path output = Files.createDirectory(folder.resolve("output"));
        Path file = output.resolve("root.ext4");

        new KilledProcesses(folder, Program.class, layout, file, cache).kill(MOMENTS, SEED, LONGEST, moment -> {
            String when = "seed " + SEED + ", moment " + moment;
            if (Files.exists(file)) {
                assertThat(Files.mismatch(file, reference)).as(when).isEqualTo(-1);
                Files.delete(file);
            }
            convert(layout, file, cache);
            assertThat(Files.mismatch(file, reference)).as(when).isEqualTo(-1);
            assertThat(names(output)).as(when).containsExactly("root.ext4");
            Files.delete(file);
            if (moment % 3 == 2) {
                Command.of("rm", "-rf", cache).run().orFail(); // The next are killed while they fill it.
            }
        });
        Command.of("e2fsck", "-fn", reference).run().orFail();
    }

    @Test
    void aKilledConversionInPlaceLeavesAWholeFileOrNone() throws IOException {
        List<Path> layouts = new ArrayList<>();
        List<Path> references = new ArrayList<>();
        byte[] shared = data(1);
        for (int version = 0; version < 2; version++) {
            layouts.add(folder.resolve("layout-" + version));
            FeatureImage.ofLayers(List.of(
                            new RawTar().add(TarItem.file("shared", shared)).build(),
                            new RawTar()
                                    .add(TarItem.file("own", data(2 + version)))
                                    .build()))
                    .write(layouts.get(version), "v1", Compression.GZIP);
            references.add(folder.resolve("reference-" + version));
            convert(layouts.get(version), references.get(version), folder.resolve("other-cache"));
        }
        Path cache = folder.resolve("cache");
        Path output = Files.createDirectory(folder.resolve("output"));
        Path file = output.resolve("root.ext4");

        new KilledProcesses(folder, InPlace.class, layouts.get(0), layouts.get(1), file, cache)
                .kill(MOMENTS, SEED, LONGEST, moment -> {
                    String when = "seed " + SEED + ", moment " + moment;
                    if (Files.exists(file)) {
                        assertThat(Files.mismatch(file, references.get(0)) == -1
                                        || Files.mismatch(file, references.get(1)) == -1)
                                .as(when)
                                .isTrue();
                    }
                    convertInPlace(layouts.get(moment % 2), file, cache);
                    assertThat(Files.mismatch(file, references.get(moment % 2)))
                            .as(when)
                            .isEqualTo(-1);
                    assertThat(names(output)).as(when).containsExactly("root.ext4");
                });
    }

    private static byte[] data(int seed) {
        byte[] data = new byte[DATA_BYTES];
        new Random(seed).nextBytes(data);
        return data;
    }

    private static void convertInPlace(Path layout, Path file, Path cache) {
        try (ImageSource source = OciLayout.source(layout, "v1")) {
            Ext4Snapshotter.to(file)
                    .layerCache(LayerCache.at(cache))
                    .inPlace(true)
                    .snapshot(source, ProgressTask.silent());
        }
    }

    private static void convert(Path layout, Path file, Path cache) {
        try (ImageSource source = OciLayout.source(layout, "v1")) {
            Ext4Snapshotter.to(file).layerCache(LayerCache.at(cache)).snapshot(source, ProgressTask.silent());
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString()).toList();
        }
    }

    /** Converts the same image until it is killed. */
    static final class Program {
        private Program() {}

        /** @param arguments layout, file and cache */
        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) throws IOException {
            System.out.println(KilledProcesses.BEGUN);
            Path file = Path.of(arguments[1]);
            while (true) {
                convert(Path.of(arguments[0]), file, Path.of(arguments[2]));
                Files.deleteIfExists(file);
            }
        }
    }

    /** Makes one file the one image and the other in turns, until it is killed. */
    static final class InPlace {
        private InPlace() {}

        /** @param arguments two layouts, file and cache */
        @SuppressWarnings({"SystemOut", "InfiniteLoopStatement"})
        public static void main(String[] arguments) {
            System.out.println(KilledProcesses.BEGUN);
            for (int version = 0; true; version = 1 - version) {
                convertInPlace(Path.of(arguments[version]), Path.of(arguments[2]), Path.of(arguments[3]));
            }
        }
    }
}
