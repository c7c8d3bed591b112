package io.sandboximage.conversion;

import io.sandboximage.testkit.image.BulkImage;
import io.sandboximage.testkit.image.BulkLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** An image of very many files in three layers, with paths of about 60 bytes as in a {@code node_modules}. */
final class ManyFilesImage {
    private static final int LAYERS = 3;
    private static final int FILES_PER_DIRECTORY = 19;
    private static final int DIRECTORIES_PER_PACKAGE = 5;
    private static final int MOST_BYTES = 512;

    private ManyFilesImage() {}

    /**
     * Writes an OCI layout with this as its only image.
     *
     * @param entries names in all, directories included
     * @param oneWithDataIn one file of so many holds some bytes; the others are empty
     */
    static void write(Path directory, int entries, int oneWithDataIn) throws IOException {
        BulkImage image = BulkImage.in(directory);
        for (int layer = 0; layer < LAYERS; layer++) {
            int from = (int) ((long) entries * layer / LAYERS);
            int to = (int) ((long) entries * (layer + 1) / LAYERS);
            image.gzip(content -> write(content, from, to, oneWithDataIn));
        }
        image.tag("v1");
    }

    private static void write(BulkLayer layer, int from, int to, int oneWithDataIn) throws IOException {
        for (int i = from; i < to; i++) {
            int directory = i / (FILES_PER_DIRECTORY + 1);
            String path = "srv/application/node_modules/package-" + directory / DIRECTORIES_PER_PACKAGE + "/lib/module-"
                    + directory % DIRECTORIES_PER_PACKAGE + "/";
            if (i % (FILES_PER_DIRECTORY + 1) == 0) {
                layer.directory(path);
            } else {
                byte[] data = new byte[i % oneWithDataIn == 0 ? 1 + i % MOST_BYTES : 0];
                Arrays.fill(data, (byte) ('a' + i % 26));
                layer.file(path + "source-" + i + ".js", data);
            }
        }
    }
}
