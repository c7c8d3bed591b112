package io.sandboximage.benchmarks;

import io.sandboximage.testkit.image.BulkImage;
import io.sandboximage.testkit.image.BulkLayer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Images that have very much of one thing each. The same calls give the same diff IDs. */
final class ScaleImages {
    static final String TAG = "v1";

    /** Where the wide directory is, and the name of each of its files. */
    static final String WIDE = "srv/wide";

    private static final int FILES_PER_DIRECTORY = 19;
    private static final int DIRECTORIES_PER_PACKAGE = 5;
    private static final int FILES_WITH_DATA = 62_500;
    private static final int DATA_BYTES = 2048;
    private static final int BLOCK_BYTES = 4096;
    private static final int STAMP_BYTES = 64 << 10;
    private static final long GIB = 1L << 30;

    private ScaleImages() {}

    /** So many entries in three gzip layers, as in a {@code node_modules}; the data is the same 122 MiB whatever their number. */
    static void entries(Path layout, int entries) throws IOException {
        int layers = 3;
        BulkImage image = BulkImage.in(layout);
        for (int i = 0; i < layers; i++) {
            int from = (int) ((long) entries * i / layers);
            int to = (int) ((long) entries * (i + 1) / layers);
            image.gzip(layer -> entries(layer, from, to, entries / FILES_WITH_DATA));
        }
        image.tag(TAG);
    }

    private static void entries(BulkLayer layer, int from, int to, int oneWithDataIn) throws IOException {
        byte[] data = new byte[DATA_BYTES];
        byte[] nothing = {};
        for (int i = from; i < to; i++) {
            int directory = i / (FILES_PER_DIRECTORY + 1);
            String path = "srv/application/node_modules/package-" + directory / DIRECTORIES_PER_PACKAGE + "/lib/module-"
                    + directory % DIRECTORIES_PER_PACKAGE;
            if (i % (FILES_PER_DIRECTORY + 1) == 0) {
                layer.directory(path);
            } else if (i % oneWithDataIn == 1 % oneWithDataIn) {
                Arrays.fill(data, (byte) ('a' + i % 26));
                layer.file(path + "/source-" + i + ".js", data);
            } else {
                layer.file(path + "/source-" + i + ".js", nothing);
            }
        }
    }

    /** So many bytes that compress to about half, in 10,000 files and four gzip layers. */
    static void bytes(Path layout, long bytes) throws IOException {
        int layers = 4;
        int filesPerLayer = 2500;
        BulkImage image = BulkImage.in(layout);
        for (int i = 0; i < layers; i++) {
            int number = i;
            image.gzip(layer -> {
                Noise noise = new Noise(number);
                for (int file = 0; file < filesPerLayer; file++) {
                    layer.file(
                            "srv/part-" + number + "/file-" + file, bytes / layers / filesPerLayer, noise::writeText);
                }
            });
        }
        image.tag(TAG);
    }

    /** 100,000 files of 1 KiB in so many gzip layers, each of which also replaces and removes files of the one below. */
    static void layers(Path layout, int layers) throws IOException {
        int files = 100_000 / layers;
        BulkImage image = BulkImage.in(layout);
        for (int i = 0; i < layers; i++) {
            int number = i;
            image.gzip(layer -> {
                byte[] data = new byte[1024];
                Arrays.fill(data, (byte) ('a' + number % 26));
                for (int file = 0; file < files; file++) {
                    layer.file("srv/layer-" + number + "/file-" + file, data);
                    if (number > 0 && file % 100 == 1) {
                        layer.file("srv/layer-" + (number - 1) + "/file-" + file, data);
                    } else if (number > 0 && file % 100 == 2) {
                        layer.whiteout("srv/layer-" + (number - 1) + "/file-" + file);
                    }
                }
            });
        }
        image.tag(TAG);
    }

    /** So many GiB in 20 zstd layers: files of 1 GiB, zeros but for some kilobytes at their start. */
    static void content(Path layout, int gib) throws IOException {
        int layers = Math.min(gib, 20);
        BulkImage image = BulkImage.in(layout);
        for (int i = 0; i < layers; i++) {
            int number = i;
            image.zstd(layer -> {
                for (int file = number; file < gib; file += layers) {
                    Noise noise = new Noise(file);
                    layer.file("var/content/part-" + file, GIB, (out, bytes) -> {
                        noise.writeDense(out, STAMP_BYTES);
                        writeZeros(out, bytes - STAMP_BYTES);
                    });
                }
            });
        }
        image.tag(TAG);
    }

    private static void writeZeros(OutputStream out, long bytes) throws IOException {
        byte[] zeros = new byte[1 << 16];
        for (long left = bytes; left > 0; left -= zeros.length) {
            out.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    /** One file of so many bytes, holes but for 1,000 pieces that are spread over it, the last at its very end. */
    static void sparseFile(Path layout, long bytes) throws IOException {
        int pieces = 1000;
        long[] ranges = new long[2 * pieces];
        for (int i = 0; i < pieces; i++) {
            ranges[2 * i] = (bytes / pieces * (i + 1) - STAMP_BYTES) / BLOCK_BYTES * BLOCK_BYTES;
            ranges[2 * i + 1] = STAMP_BYTES;
        }
        ranges[2 * pieces - 2] = bytes - STAMP_BYTES;
        Noise noise = new Noise(1);
        BulkImage.in(layout)
                .gzip(layer -> layer.sparse("var/disk.img", bytes, noise::writeDense, ranges))
                .tag(TAG);
    }

    /** One directory of so many small files. */
    static void wideDirectory(Path layout, int files) throws IOException {
        BulkImage.in(layout)
                .gzip(layer -> {
                    layer.directory(WIDE);
                    for (int i = 0; i < files; i++) {
                        layer.file(WIDE + "/" + wideName(i), Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
                    }
                })
                .tag(TAG);
    }

    /**
     * Two images of twelve gzip layers, of which they share eleven: 550 MB in 22,000 files. The twelfth, of another size in each, also
     * replaces and removes 100 files of those below.
     *
     * @return how many blocks the data of the shared layers takes
     */
    static long sharing(Path layout) throws IOException {
        int layers = 11;
        int files = 2000;
        long[] blocks = {0};
        BulkImage image = BulkImage.in(layout);
        for (int i = 0; i < layers; i++) {
            int number = i;
            image.gzip(layer -> {
                Noise noise = new Noise(number);
                for (int file = 0; file < files; file++) {
                    int bytes = noise.below(50_000);
                    layer.file("usr/layer-" + number + "/file-" + file, bytes, noise::writeText);
                    blocks[0] += (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
                }
            });
        }
        for (int version = 1; version <= 2; version++) {
            int number = version;
            image.gzip(layer -> {
                        Noise noise = new Noise(100 + number);
                        for (int file = 0; file < 300 * number; file++) {
                            layer.file(
                                    "srv/program-" + number + "/part-" + file, noise.below(50_000), noise::writeText);
                        }
                        for (int file = 0; file < 50; file++) {
                            String lower = "usr/layer-" + file % layers + "/file-" + number;
                            layer.file(lower + file, noise.below(10_000), noise::writeText);
                            layer.whiteout(lower + (50 + file));
                        }
                    })
                    .tag("v" + version);
            image.without(1);
        }
        return blocks[0];
    }

    static String wideName(int number) {
        return "an-entry-of-usual-length-" + number;
    }
}
