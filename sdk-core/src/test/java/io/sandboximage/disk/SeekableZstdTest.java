package io.sandboximage.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeekableZstdTest {
    private static final int SIZE = 4 * SeekableZstd.FRAME_BYTES + 12_345;

    @TempDir
    private Path folder;

    private final byte[] content = new byte[SIZE];
    private Path compressed;

    @BeforeEach
    void compress() throws IOException {
        byte[] random = new byte[2 * SeekableZstd.FRAME_BYTES];
        new Random(1).nextBytes(random);
        System.arraycopy(random, 0, content, SeekableZstd.FRAME_BYTES / 2, random.length);
        content[SIZE - 1] = 7;
        compressed = folder.resolve("disk.zst");
        SeekableZstd.compress(Files.write(folder.resolve("disk"), content), compressed, 3, ProgressTask.silent());
    }

    @Test
    void rangesAreReadThroughTheIndex() {
        try (Disk disk = Disk.open(compressed)) {
            assertThat(disk.sizeBytes()).isEqualTo(SIZE);
            Random random = new Random(2);
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(SIZE);
                int length = random.nextInt(Math.min(SIZE - from, 3 * SeekableZstd.FRAME_BYTES)) + 1;
                assertThat(disk.read(from, length)).isEqualTo(Arrays.copyOfRange(content, from, from + length));
            }
            assertThatThrownBy(() -> disk.read(SIZE - 10, ByteBuffer.allocate(11)))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("cut off");
        }
    }

    @Test
    void everyReaderOfZstdReadsIt() throws IOException {
        try (InputStream in = new ZstdInputStream(Files.newInputStream(compressed))) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }

    @Test
    void theBytesDoNotDependOnThreads() {
        Path other = folder.resolve("other.zst");

        SeekableZstd.compress(folder.resolve("disk"), other, 1, ProgressTask.silent());

        assertThat(other).hasSameBinaryContentAs(compressed);
    }

    @Test
    void aFileThatIsCompressedTwiceIsUncompressedFirst() {
        Path again = folder.resolve("again.zst");

        SeekableZstd.compress(compressed, again, 1, ProgressTask.silent());

        assertThat(again).hasSameBinaryContentAs(compressed);
    }

    @Test
    void aDamagedFrameIsNamed() throws IOException {
        overwrite(SeekableZstd.FRAME_BYTES, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

        try (Disk disk = Disk.open(compressed)) {
            assertThatThrownBy(() -> disk.read(0, SIZE))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("Frame 1 of");
        }
    }

    @Test
    void hostileIndexesAreRefused() throws IOException {
        long size = Files.size(compressed);
        for (int number : new int[] {0, 1, 4, 6, 0x7FFFFFFF, -1}) {
            overwrite(size - 9, bytes(number));
            assertThatThrownBy(() -> Disk.open(compressed)).isInstanceOf(InvalidContentException.class);
        }
    }

    private static byte[] bytes(int number) {
        return new byte[] {(byte) number, (byte) (number >> 8), (byte) (number >> 16), (byte) (number >> 24)};
    }

    private void overwrite(long offset, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(compressed.toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }
}
