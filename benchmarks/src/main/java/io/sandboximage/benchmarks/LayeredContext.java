package io.sandboximage.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A build context whose image has one layer a file, of content that does not compress. */
record LayeredContext(Path folder, int layers, long layerBytes) {
    private static final int CHUNK_BYTES = 1 << 20;

    /** Writes all files. */
    void write() throws IOException {
        Files.createDirectories(folder);
        StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
        for (int i = 0; i < layers; i++) {
            writeLayer(i, 0, layerBytes);
            dockerfile
                    .append("COPY layer-")
                    .append(i)
                    .append(" /layer-")
                    .append(i)
                    .append('\n');
        }
        Files.writeString(folder.resolve("Dockerfile"), dockerfile);
    }

    /** Gives the top layer other content: 10 MB at most, as of an application on a large base. */
    void changeTop(int version) throws IOException {
        writeLayer(layers - 1, version, Math.min(layerBytes, 10L * CHUNK_BYTES));
    }

    private void writeLayer(int number, int version, long bytes) throws IOException {
        SplittableRandom random = new SplittableRandom(number * 1_000_003L + version);
        byte[] chunk = new byte[CHUNK_BYTES];
        try (OutputStream out = Files.newOutputStream(folder.resolve("layer-" + number))) {
            for (long left = bytes; left > 0; left -= chunk.length) {
                random.nextBytes(chunk);
                out.write(chunk, 0, (int) Math.min(chunk.length, left));
            }
        }
    }
}
