package io.sandboximage.rootfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.tar.TestTar;
import io.sandboximage.store.MemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many blocks snapshots share at equal offsets whose images share layers. */
class SharedLayersTest {
    private static final int BLOCK_BYTES = 4096;

    /** Superblock, and descriptors of 2 TiB. */
    private static final int FIRST_DATA_BLOCK = 257;

    private static final int LAYERS = 12;
    private static final int FILES = 150;

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();

    @Test
    void imagesThatShareElevenOfTwelveLayersShareNinetyNinePercentOfTheirBlocks() throws IOException {
        List<Layer> layers = layers();
        byte[] one = snapshot("one", layers);
        layers.set(LAYERS - 1, Layer.hiding(100, 2 * FILES, 3));
        byte[] other = snapshot("other", layers);

        assertThat(one.length).isNotEqualTo(other.length);
        long shared =
                layers.subList(0, LAYERS - 1).stream().mapToLong(Layer::blocks).sum();
        long equal = equalBlocks(one, other, 0, shared);
        assertThat(equal).isLessThan(shared).as("some are hidden").isGreaterThanOrEqualTo(shared * 99 / 100);
    }

    @Test
    void whatIsBelowAChangedLayerStaysWhateverBecomesOfTheOnesAboveIt() throws IOException {
        int changed = 6;
        List<Layer> layers = layers();
        byte[] one = snapshot("one", layers);
        layers.set(changed, Layer.of(100, FILES + 1));
        byte[] other = snapshot("other", layers);

        long below =
                layers.subList(0, changed).stream().mapToLong(Layer::blocks).sum();
        assertThat(equalBlocks(one, other, 0, below)).isEqualTo(below);
        assertThat(equalBlocks(one, other, below, below + layers.get(changed).blocks()))
                .isLessThan(layers.get(changed).blocks() / 10);
    }

    @Test
    void aLayerThatChangesWithinItsSizeMovesNothingAboveIt() throws IOException {
        int changed = 3;
        List<Layer> layers = layers();
        byte[] one = snapshot("one", layers);
        layers.set(changed, Layer.ofSizesOf(changed, 100));
        byte[] other = snapshot("other", layers);

        long below =
                layers.subList(0, changed).stream().mapToLong(Layer::blocks).sum();
        long above = below + layers.get(changed).blocks();
        long all = layers.stream().mapToLong(Layer::blocks).sum();
        assertThat(equalBlocks(one, other, 0, below)).isEqualTo(below);
        assertThat(equalBlocks(one, other, above, all)).isEqualTo(all - above);
    }

    private static List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            layers.add(Layer.of(i, FILES));
        }
        return layers;
    }

    private byte[] snapshot(String name, List<Layer> layers) throws IOException {
        source.image(
                Platform.linuxOnThisMachine(),
                layers.stream().map(layer -> layer.tar.build()).toArray(byte[][]::new));
        Ext4Snapshotter.to(folder.resolve(name)).snapshot(source, ProgressTask.silent());
        return Files.readAllBytes(folder.resolve(name));
    }

    private static long equalBlocks(byte[] one, byte[] other, long from, long to) {
        long equal = 0;
        for (long block = FIRST_DATA_BLOCK + from; block < FIRST_DATA_BLOCK + to; block++) {
            int start = (int) block * BLOCK_BYTES;
            int end = start + BLOCK_BYTES;
            equal += Arrays.equals(one, start, end, other, start, end) ? 1 : 0;
        }
        return equal;
    }

    /** @param blocks of its files' data */
    private record Layer(TestTar tar, long blocks) {
        static Layer of(int seed, int files) {
            return hiding(seed, files, 0);
        }

        /** One that also hides files of the lowest layer. */
        static Layer hiding(int seed, int files, int hidden) {
            return make(seed, seed, files, hidden);
        }

        /** Other bytes in files of the same sizes. */
        static Layer ofSizesOf(int sizeSeed, int dataSeed) {
            return make(sizeSeed, dataSeed, FILES, 0);
        }

        private static Layer make(int sizeSeed, int dataSeed, int files, int hidden) {
            Random sizes = new Random(sizeSeed);
            Random random = new Random(dataSeed);
            TestTar tar = new TestTar().directory("layer-" + sizeSeed + "/");
            long blocks = 0;
            for (int i = 0; i < files; i++) {
                byte[] data = new byte[sizes.nextInt(12_000)];
                random.nextBytes(data);
                tar.add("layer-" + sizeSeed + "/file-" + i, '0', entry -> entry.data(data));
                blocks += (data.length + BLOCK_BYTES - 1) / BLOCK_BYTES;
            }
            for (int i = 0; i < hidden; i++) {
                tar.whiteout("layer-0/.wh.file-" + i);
            }
            return new Layer(tar, blocks);
        }
    }
}
