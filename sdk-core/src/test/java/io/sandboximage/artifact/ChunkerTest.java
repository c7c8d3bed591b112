package io.sandboximage.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChunkerTest {
    private static final int MIB = 1 << 20;
    private static final ChunkSizes SIZES = ChunkSizes.ofData(0);

    @Test
    void chunksAreTheDataInOrder() {
        byte[] disk = random(1, 20 * MIB);

        List<Chunk> chunks = cut(disk);

        long end = 0;
        for (Chunk chunk : chunks) {
            assertThat(chunk.offset()).isEqualTo(end);
            assertThat(chunk.digest()).isEqualTo(Digest.sha256(part(disk, chunk)));
            assertThat(chunk.sizeBytes()).isLessThanOrEqualTo(SIZES.max());
            end = chunk.end();
        }
        assertThat(end).isEqualTo(disk.length);
        assertThat(chunks).hasSizeBetween(4, 25);
    }

    @Test
    void longHolesAreInNoChunkAndShortOnesAre() {
        byte[] disk = new byte[20 * MIB];
        disk[5 * MIB] = 1;
        disk[6 * MIB - 4096] = 2;
        disk[12 * MIB + 5] = 3;

        List<Chunk> chunks = cut(disk);

        assertThat(chunks).extracting(Chunk::offset).containsExactly(5L * MIB, 12L * MIB);
        assertThat(chunks).extracting(Chunk::sizeBytes).containsExactly(MIB, 4096);
    }

    @Test
    void dataThatMovedByBlocksIsFoundAgain() {
        byte[] data = random(2, 40 * MIB);
        byte[] moved = new byte[data.length + 37 * 4096];
        System.arraycopy(data, 0, moved, 37 * 4096, data.length);
        System.arraycopy(random(3, 37 * 4096), 0, moved, 0, 37 * 4096);

        Set<Digest> known = new HashSet<>();
        cut(data).forEach(chunk -> known.add(chunk.digest()));
        long fresh = cut(moved).stream()
                .filter(chunk -> !known.contains(chunk.digest()))
                .mapToLong(Chunk::sizeBytes)
                .sum();

        assertThat(fresh).isLessThan(2L * SIZES.max());
    }

    @Test
    void theLastBlockMayBeAPart() {
        byte[] disk = random(4, MIB + 100);

        assertThat(cut(disk)).extracting(Chunk::end).last().isEqualTo(MIB + 100L);
    }

    @Test
    void chunksGrowWithTheDisk() {
        assertThat(ChunkSizes.ofData(32L << 30)).isEqualTo(SIZES);
        assertThat(ChunkSizes.ofData((32L << 30) + 1).max()).isEqualTo(2 * SIZES.max());
        assertThat(ChunkSizes.ofData(Long.MAX_VALUE).max()).isEqualTo(ChunkSizes.LARGEST);
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] part(byte[] disk, Chunk chunk) {
        return Arrays.copyOfRange(disk, (int) chunk.offset(), (int) chunk.end());
    }

    private static List<Chunk> cut(byte[] disk) {
        List<Chunk> chunks = new ArrayList<>();
        Chunker chunker = new Chunker(SIZES, new Chunker.Target() {
            @Override
            public byte[] buffer() {
                return new byte[SIZES.max()];
            }

            @Override
            public void chunk(long offset, byte[] bytes, int length) {
                chunks.add(new Chunk(offset, length, Digest.sha256(Arrays.copyOf(bytes, length)), 0));
            }
        });
        for (int at = 0; at < disk.length; at += MIB) {
            chunker.add(at, Arrays.copyOfRange(disk, at, Math.min(at + MIB, disk.length)));
        }
        chunker.end();
        return chunks;
    }
}
