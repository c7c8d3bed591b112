package io.sandboximage.internal.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StableGzipOutputStreamTest {
    /** Words, runs, noise: every block type and every code length occurs. */
    private static byte[] mixed(int size, long seed) {
        Random random = new Random(seed);
        byte[] data = new byte[size];
        int at = 0;
        while (at < size) {
            int run = Math.min(size - at, 1 + random.nextInt(70_000));
            int kind = random.nextInt(4);
            for (int i = 0; i < run; i++) {
                data[at + i] = switch (kind) {
                    case 0 -> (byte) random.nextInt(256);
                    case 1 ->
                        (byte) ("the same words again and again, and some others "
                                .charAt((i + random.nextInt(2)) % 48));
                    case 2 -> (byte) (i >> 10);
                    default -> (byte) ('a' + Math.min(25, (int) Math.abs(random.nextGaussian() * 4)));
                };
            }
            at += run;
        }
        return data;
    }

    private static byte[] gzip(byte[] data, int level, int threads, int step) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StableGzipOutputStream gzip = new StableGzipOutputStream(out, level, threads)) {
            for (int at = 0; at < data.length; at += step) {
                gzip.write(data, at, Math.min(step, data.length - at));
            }
        }
        return out.toByteArray();
    }

    private static byte[] gunzip(byte[] compressed) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 255, 258, 259, 32_767, 65_535, 65_536, 262_143, 262_144, 262_145, 1_500_000})
    void inflatesToTheInput(int size) throws IOException {
        for (int level = 1; level <= 9; level += 4) {
            byte[] mixed = mixed(size, size + level);
            assertThat(gunzip(gzip(mixed, level, 2, 10_007))).isEqualTo(mixed);
            byte[] zeros = new byte[size];
            assertThat(gunzip(gzip(zeros, level, 2, 4096))).isEqualTo(zeros);
            byte[] noise = new byte[size];
            new Random(size).nextBytes(noise);
            assertThat(gunzip(gzip(noise, level, 2, 70_000))).isEqualTo(noise);
        }
    }

    @Test
    void inflatesManySmallInputs() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            byte[] data = mixed(new Random(seed).nextInt(5000), seed);
            assertThat(gunzip(gzip(data, 6, 1, 999))).as("seed %s", seed).isEqualTo(data);
        }
    }

    @Test
    void skewedFrequenciesKeepToTheLengthLimit() throws IOException {
        // Frequencies like Fibonacci numbers make the deepest Huffman trees.
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int a = 1;
        int b = 1;
        for (int symbol = 0; symbol < 20; symbol++) {
            for (int i = 0; i < a; i++) {
                data.write((symbol * 37) & 0xFF);
                data.write((i * 7919 >> 3) & 1);
            }
            int next = a + b;
            a = b;
            b = next;
        }
        assertThat(gunzip(gzip(data.toByteArray(), 9, 1, 100_000))).isEqualTo(data.toByteArray());
    }

    @Test
    void bytesDoNotDependOnThreadsOrWriteSizes() throws IOException {
        byte[] data = mixed(2_000_000, 5);
        assertThat(gzip(data, 6, 1, 2_000_000)).isEqualTo(gzip(data, 6, 7, 1)).isEqualTo(gzip(data, 6, 3, 4095));
    }

    @Test
    void compresses() throws IOException {
        assertThat(gzip(new byte[1_000_000], 6, 2, 65_536)).hasSizeLessThan(2_000);
        byte[] noise = new byte[1_000_000];
        new Random(1).nextBytes(noise);
        assertThat(gzip(noise, 6, 2, 65_536)).hasSizeLessThan(1_000_500);
    }

    /** If this fails the digest of every gzip layer that anybody ever assembled changes: think twice. */
    @Test
    void digestsAreFixedForAllTime() throws IOException {
        byte[] data = mixed(1_000_000, 42);
        assertThat(Digest.sha256(data).hex()).startsWith("ccd6cc55f191b5ef");
        assertThat(Digest.sha256(gzip(data, 1, 2, 65_536)).hex())
                .isEqualTo("179c1781bb200f01342d196d017b3d6417a05aec90d81265ed5765dcfa86bf3e");
        assertThat(Digest.sha256(gzip(data, 6, 2, 65_536)).hex())
                .isEqualTo("1111347d0a7069809f24d3c0d2cecf474fcf41bbf1584e0011622e9fd981f5e8");
        assertThat(Digest.sha256(gzip(data, 9, 2, 65_536)).hex())
                .isEqualTo("f2679535cc360f2cf4253944bb791acfd8cc8950b389c27822e79743b899b92e");
    }
}
