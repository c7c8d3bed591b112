package io.sandboximage.generated;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.Inode;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.image.FeatureImage;
import io.sandboximage.testkit.image.FeatureImage.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changed layers and changed file systems: reading them gives a result or one of the SDK's errors, soon, and nothing else. Checksums
 * are made right again after most changes, so that they reach what lies behind. {@code -Dsandboximage.fuzz.seconds=3600} makes it a
 * long run, {@code -Dsandboximage.fuzz.first} says with which seed to begin; a failure tells the seed.
 */
class FuzzIT {
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("sandboximage.fuzz.seconds", 4));
    private static final long FIRST_SEED = Long.getLong("sandboximage.fuzz.first", 1);
    /** Far more than any of these small inputs takes, also on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long MAX_BYTES = 64L << 20;

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private final ExecutorService reader = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "fuzz");
        thread.setDaemon(true);
        return thread;
    });

    @Test
    void changedLayersGiveAResultOrAnErrorOfOurs() {
        repeat(seed -> {
            Random random = new Random(seed);
            List<byte[]> archives =
                    new ArrayList<>(GeneratedImage.of(1 + seed % 500, false).archives());
            int layer = random.nextInt(archives.size());
            archives.set(layer, TarChanges.change(archives.get(layer), random));
            Path layout = folder.resolve("layout");
            Path file = folder.resolve("root.ext4");
            try {
                FeatureImage.ofLayers(archives).write(layout, "v1", Compression.MIXED);
                try (ImageSource source = OciLayout.source(layout, "v1")) {
                    Ext4Snapshotter.to(file).maxSize(MAX_BYTES).journal(false).snapshot(source, ProgressTask.silent());
                    try (Ext4Reader made = Ext4Reader.open(file)) {
                        made.verify();
                    } catch (SandboxImageException e) {
                        throw new AssertionError("what was made is not sound", e);
                    }
                } catch (SandboxImageException e) {
                    requireNothingBut(e, layout);
                }
            } finally {
                Command.of("rm", "-rf", layout, file).run().orFail();
            }
        });
    }

    @Test
    void changedFileSystemsGiveAResultOrAnErrorOfOurs() throws IOException {
        List<byte[]> originals = new ArrayList<>();
        for (long seed = 11; seed < 16; seed++) {
            Path layout = folder.resolve("layout");
            Path file = folder.resolve("original.ext4");
            FeatureImage.ofLayers(GeneratedImage.of(seed, true).archives()).write(layout, "v1", Compression.GZIP);
            try (ImageSource source = OciLayout.source(layout, "v1")) {
                Ext4Snapshotter.to(file).size(6 << 20).journal(false).snapshot(source, ProgressTask.silent());
            }
            originals.add(Files.readAllBytes(file));
            Command.of("rm", "-rf", layout, file).run().orFail();
        }
        Path file = folder.resolve("changed.ext4");
        repeat(seed -> {
            Random random = new Random(seed);
            byte[] bytes = originals.get((int) (seed % originals.size())).clone();
            Ext4Changes.change(bytes, random);
            try {
                Files.write(file, bytes);
                try (Ext4Reader changed = Ext4Reader.open(file)) {
                    ByteBuffer some = ByteBuffer.allocate(10_000);
                    for (Inode inode : changed.tree().inodes()) {
                        if (inode.content().sizeBytes() > 0) {
                            changed.read(inode, inode.content().sizeBytes() / 2, some.clear());
                        }
                    }
                    changed.verify();
                } catch (SandboxImageException e) {
                    assertThat(e).hasMessageContaining("changed.ext4");
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void requireNothingBut(SandboxImageException error, Path layout) {
        assertThat(error).hasMessageMatching("(?s).{10,}");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(layout);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private interface Trial {
        void run(long seed);
    }

    private void repeat(Trial trial) {
        long end = System.nanoTime() + TIME.toNanos();
        long seed = FIRST_SEED;
        do {
            long current = seed++;
            try {
                reader.submit(() -> trial.run(current)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError("seed " + current + ": " + e.getCause(), e.getCause());
            } catch (TimeoutException e) {
                throw new AssertionError("seed " + current + " takes longer than " + PATIENCE, e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        } while (System.nanoTime() < end);
        assertThat(seed).isGreaterThan(FIRST_SEED);
    }
}
