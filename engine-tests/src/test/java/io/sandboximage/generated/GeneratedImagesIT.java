package io.sandboximage.generated;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.LoopMount;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.testkit.image.FeatureImage;
import io.sandboximage.testkit.image.FeatureImage.Compression;
import io.sandboximage.testkit.image.TreeComparison;
import io.sandboximage.testkit.image.TreeFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images made from seeds, converted: e2fsck finds nothing, and each tree is the one that {@link LayerModel} says. A failure tells the
 * seed. {@code -Dsandboximage.images=10000} makes it a long run, {@code -Dsandboximage.images.mounted} says how many are mounted and
 * compared with umoci, {@code -Dsandboximage.images.first} with which seed to begin.
 */
class GeneratedImagesIT {
    private static final int IMAGES = Integer.getInteger("sandboximage.images", 100);
    private static final int MOUNTED = Integer.getInteger("sandboximage.images.mounted", Math.max(8, IMAGES * 3 / 100));
    private static final long FIRST_SEED = Long.getLong("sandboximage.images.first", 1);
    private static final int BATCH = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** Memory where there is some: each conversion waits for the disk to take its file. */
    @TempDir(factory = MemoryFolder.class)
    Path folder;

    @TempDir
    Path diskFolder;

    @Test
    @RequiresEngine(Engine.E2FSPROGS)
    void treesAreWhatTheLayerRulesSayAndE2fsckFindsNothing() throws IOException {
        List<String> failures = new ArrayList<>();
        List<Path> converted = new ArrayList<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + IMAGES; seed++) {
            GeneratedImage image = GeneratedImage.of(seed, false);
            try {
                Path file = convert(image, seed);
                converted.add(file);
                differences(image, file).forEach(failures::add);
            } catch (RuntimeException | AssertionError e) {
                failures.add(e.toString());
            }
            name(failures, seed);
            if (converted.size() == BATCH || seed == FIRST_SEED + IMAGES - 1) {
                failures.addAll(check(converted));
                for (Path file : converted) {
                    Files.delete(file);
                }
                converted.clear();
            }
            assertThat(failures).hasSizeLessThan(20);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    @RequiresEngine({Engine.UMOCI, Engine.E2FSPROGS, Engine.LOOP_MOUNTS, Engine.XATTR_TOOLS})
    void theKernelSeesInThemWhatUmociUnpacks() throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + MOUNTED; seed += BATCH) {
            compareWithUmoci(seed, Math.min(FIRST_SEED + MOUNTED, seed + BATCH));
        }
    }

    /**
     * Directories' times are compared where nothing in them changed afterwards; {@link #treesAreWhatTheLayerRulesSayAndE2fsckFindsNothing}
     * compares all. All of them in one pass over two folders: starting programs is what takes the time.
     */
    private void compareWithUmoci(long from, long to) throws IOException {
        Path unpacked = Files.createDirectory(diskFolder.resolve("unpacked"));
        Path mounted = Files.createDirectory(diskFolder.resolve("mounted"));
        Set<String> unsureTimes = new HashSet<>(Set.of("."));
        List<LoopMount> mounts = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        try {
            for (long seed = from; seed < to; seed++) {
                GeneratedImage image = GeneratedImage.of(seed, true);
                Path file = convert(image, seed);
                files.add(file);
                Path layout = write(image, "layout");
                Command.of("umoci", "raw", "unpack", "--image", layout + ":v1", unpacked.resolve("seed-" + seed))
                        .timeout(PATIENCE)
                        .run()
                        .orFail();
                remove(layout);
                mounts.add(LoopMount.readOnly(file, Files.createDirectory(mounted.resolve("seed-" + seed))));
                String prefix = "./seed-" + seed;
                LayerModel.of(image.layers()).nodes.forEach((path, node) -> {
                    if (node.implied || node.disturbed) {
                        unsureTimes.add(prefix + path);
                    }
                });
            }
            TreeFacts actual = TreeFacts.of(mounted);
            for (long seed = from; seed < to; seed++) {
                actual = actual.without("./seed-" + seed + "/lost+found");
            }
            assertThat(TreeComparison.of(TreeFacts.of(unpacked), actual)
                            .ignoringTimesOf(unsureTimes)
                            .differences())
                    .isEmpty();
            for (LoopMount mount : mounts) {
                assertThat(mount.kernelWarnings()).isEmpty();
            }
        } finally {
            mounts.forEach(LoopMount::close);
            remove(unpacked);
            remove(mounted);
            files.forEach(GeneratedImagesIT::remove);
        }
    }

    private Path convert(GeneratedImage image, long seed) {
        Path layout = write(image, "layout");
        Path file = folder.resolve("seed-" + seed + ".ext4");
        try (ImageSource source = OciLayout.source(layout, "v1")) {
            Ext4Snapshotter.to(file).journal(seed % 4 != 0).threads(2).snapshot(source, ProgressTask.silent());
        } finally {
            remove(layout);
        }
        return file;
    }

    private Path write(GeneratedImage image, String name) {
        Path layout = folder.resolve(name);
        Compression compression = image.isPortable() ? Compression.GZIP : Compression.MIXED;
        FeatureImage.ofLayers(image.archives()).write(layout, "v1", compression);
        return layout;
    }

    private static List<String> differences(GeneratedImage image, Path file) {
        Map<String, String> expected = LayerModel.of(image.layers()).lines();
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            reader.verify();
            Map<String, String> actual = TreeLine.lines(reader);
            if (!expected.containsKey("/lost+found")) {
                actual.remove("/lost+found");
            }
            Set<String> paths = new TreeSet<>(expected.keySet());
            paths.addAll(actual.keySet());
            return paths.stream()
                    .filter(path -> !Objects.equals(expected.get(path), actual.get(path)))
                    .map(path -> path + " is " + actual.get(path) + " instead of " + expected.get(path))
                    .limit(3)
                    .toList();
        }
    }

    /** One shell for many files: e2fsck itself takes a few milliseconds. */
    private static List<String> check(List<Path> files) {
        String output = Command.of("sh", "-c", """
            for file in "$@"; do
                found=$("$E2FSCK" -fn "$file" 2>&1) || echo "$file: $found"
                case $found in *WARNING*|*"? no"*) echo "$file: $found";; esac
            done\
            """, "sh")
                .with(files.toArray())
                .env("E2FSCK", Engine.E2FSPROGS.path().toString())
                .timeout(PATIENCE)
                .run()
                .orFail()
                .output();
        return output.isEmpty() ? List.of() : List.of(output);
    }

    private static void name(List<String> failures, long seed) {
        failures.replaceAll(failure -> failure.startsWith("seed ") ? failure : "seed " + seed + ": " + failure);
    }

    /** JUnit would warn of links that lead out of its folder. */
    private static void remove(Path path) {
        Command.of("rm", "-rf", path).run().orFail();
    }
}
