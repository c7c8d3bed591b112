package io.sandboximage.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.tar.TestTar;
import io.sandboximage.store.MemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the data of layers stands in a snapshot. */
class LayerPlacesTest {
    /** Superblock, and descriptors of 2 TiB. */
    private static final int FIRST_DATA_BYTE = 257 * 4096;

    private static final byte[] BASE = random(1, 3_000_001);
    private static final byte[] MIDDLE = random(2, 1_500_003);
    private static final int SHARED_BYTES = roundUp(BASE.length) + roundUp(MIDDLE.length);

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();

    @Test
    void layersThatTwoImagesShareStandAtEqualPlacesWhateverIsAboveThem() throws IOException {
        byte[] small = snapshot("small", base(), middle(), new TestTar().file("top", "small"));
        TestTar much = new TestTar().add("much", '0', e -> e.data(random(3, 5_000_000)));
        for (int i = 0; i < 3000; i++) {
            much.file("many/" + i, "x");
        }
        byte[] large = snapshot("large", base(), middle(), much, new TestTar().file("top", "large"));

        assertThat(small.length).isNotEqualTo(large.length);
        byte[] shared = Arrays.copyOfRange(small, FIRST_DATA_BYTE, FIRST_DATA_BYTE + SHARED_BYTES);
        assertThat(Arrays.copyOfRange(large, FIRST_DATA_BYTE, FIRST_DATA_BYTE + SHARED_BYTES))
                .isEqualTo(shared);
        assertThat(Arrays.copyOf(shared, BASE.length)).isEqualTo(BASE);
        assertThat(Arrays.copyOfRange(shared, roundUp(BASE.length), roundUp(BASE.length) + MIDDLE.length))
                .isEqualTo(MIDDLE);
    }

    @Test
    void whatUpperLayersHideBecomesFreeSpaceOfZeros() throws IOException {
        byte[] hidden = snapshot("hidden", base(), middle(), new TestTar().whiteout(".wh.base"));

        assertThat(Arrays.copyOfRange(hidden, FIRST_DATA_BYTE, FIRST_DATA_BYTE + roundUp(BASE.length)))
                .containsOnly(0);
        assertThat(Arrays.copyOfRange(
                        hidden,
                        FIRST_DATA_BYTE + roundUp(BASE.length),
                        FIRST_DATA_BYTE + roundUp(BASE.length) + MIDDLE.length))
                .isEqualTo(MIDDLE);
        try (Ext4Reader reader = Ext4Reader.open(folder.resolve("hidden"))) {
            reader.verify();
            assertThat(reader.superblock().freeBlocks()).isGreaterThan(BASE.length / 4096);
        }
    }

    @Test
    void dataThatComesBeforeThatOfTheLayersBelowFindsItsPlace() throws IOException {
        TestTar[] layers = {base(), middle(), new TestTar().file("base", "new"), new TestTar().whiteout(".wh.middle")};
        byte[] inOrder = snapshot("in-order", layers);

        CountDownLatch others = new CountDownLatch(layers.length - 1);
        Digest lowest = Digest.sha256(base().build());
        source.beforeOpen = blob -> {
            if (blob.digest().equals(lowest)) {
                await(others);
            }
        };
        Path file = folder.resolve("late");
        try (ProgressTask progress = ProgressTask.root(
                event -> {
                    if (event instanceof ProgressEvent.Finished finished
                            && finished.outcome() == ProgressEvent.Outcome.DONE
                            && finished.detail().endsWith("entries")) {
                        others.countDown();
                    }
                },
                "all")) {
            Ext4Snapshotter.to(file).threads(8).snapshot(source, progress);
        }

        assertThat(Files.readAllBytes(file)).isEqualTo(inOrder);
        try (var left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("in-order", "late");
        }
    }

    @Test
    void anImageThatIsFarTooLargeIsToldAndWritesNoMoreThanFits() {
        source.image(Platform.linuxOnThisMachine(), base().build(), middle().build());

        assertThatThrownBy(() -> Ext4Snapshotter.to(folder.resolve("small"))
                        .size("2MiB")
                        .journal(false)
                        .snapshot(source, ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("it needs");
    }

    private byte[] snapshot(String name, TestTar... layers) throws IOException {
        source.image(
                Platform.linuxOnThisMachine(),
                Arrays.stream(layers).map(TestTar::build).toArray(byte[][]::new));
        Ext4Snapshotter.to(folder.resolve(name)).snapshot(source, ProgressTask.silent());
        return Files.readAllBytes(folder.resolve(name));
    }

    private static TestTar base() {
        return new TestTar().add("base", '0', e -> e.data(BASE));
    }

    private static TestTar middle() {
        return new TestTar().add("middle", '0', e -> e.data(MIDDLE));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int roundUp(int bytes) {
        return (bytes + 4095) / 4096 * 4096;
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
