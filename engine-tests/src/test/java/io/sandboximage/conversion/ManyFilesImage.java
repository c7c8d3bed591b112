package io.sandboximage.conversion;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * An image of very many files in three layers, with paths of about 60 bytes as in a {@code node_modules}. Written as a stream, so
 * that it takes no memory itself. The same calls, the same diff IDs.
 */
final class ManyFilesImage {
    private static final int LAYERS = 3;
    private static final int FILES_PER_DIRECTORY = 19;
    private static final int DIRECTORIES_PER_PACKAGE = 5;
    private static final int BLOCK = 512;
    private static final long SECONDS = 1_700_000_000L;
    private static final byte[] PADDING = new byte[BLOCK];

    private final OutputStream out;

    private ManyFilesImage(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes an OCI layout with this as its only image.
     *
     * @param entries names in all, directories included
     * @param oneWithDataIn one file of so many holds some bytes; the others are empty
     */
    static void write(Path directory, int entries, int oneWithDataIn) throws IOException {
        Path blobs = Files.createDirectories(directory.resolve("blobs/sha256"));
        List<Descriptor> layers = new ArrayList<>();
        List<String> diffIds = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            int from = (int) ((long) entries * layer / LAYERS);
            int to = (int) ((long) entries * (layer + 1) / LAYERS);
            layers.add(writeLayer(blobs, from, to, oneWithDataIn, diffIds));
        }
        String config = "{\"architecture\":\"" + Platform.linuxOnThisMachine().architecture()
                + "\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + String.join(",", diffIds) + "]},\"history\":[]}";
        Descriptor configBlob = writeBlob(blobs, MediaTypes.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8));
        Manifest manifest = Manifest.create(configBlob, layers, Map.of());
        Descriptor written = writeBlob(blobs, manifest.mediaType(), manifest.bytes());
        Files.write(
                directory.resolve("index.json"),
                ImageIndex.create(List.of(written), Map.of()).bytes());
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    private static Descriptor writeLayer(Path blobs, int from, int to, int oneWithDataIn, List<String> diffIds)
            throws IOException {
        Path temporary = blobs.resolve("layer.tmp");
        MessageDigest compressed = sha256();
        MessageDigest plain = sha256();
        try (OutputStream file = new DigestOutputStream(Files.newOutputStream(temporary), compressed);
                OutputStream gzip = new FastGzip(file);
                OutputStream tar = new BufferedOutputStream(new DigestOutputStream(gzip, plain), 1 << 16)) {
            new ManyFilesImage(tar).writeEntries(from, to, oneWithDataIn);
        }
        Digest digest = Digest.parse("sha256:" + HexFormat.of().formatHex(compressed.digest()));
        diffIds.add("\"sha256:" + HexFormat.of().formatHex(plain.digest()) + "\"");
        Files.move(temporary, blobs.resolve(digest.hex()));
        return Descriptor.of(MediaTypes.OCI_LAYER_GZIP, digest, Files.size(blobs.resolve(digest.hex())));
    }

    private void writeEntries(int from, int to, int oneWithDataIn) throws IOException {
        for (int i = from; i < to; i++) {
            int directory = i / (FILES_PER_DIRECTORY + 1);
            String path = "srv/application/node_modules/package-" + directory / DIRECTORIES_PER_PACKAGE + "/lib/module-"
                    + directory % DIRECTORIES_PER_PACKAGE + "/";
            if (i % (FILES_PER_DIRECTORY + 1) == 0) {
                entry(path, '5', 0755, 0, i);
            } else {
                entry(path + "source-" + i + ".js", '0', 0644, i % oneWithDataIn == 0 ? 1 + i % BLOCK : 0, i);
            }
        }
        out.write(PADDING);
        out.write(PADDING);
    }

    private void entry(String path, char type, int mode, int size, int number) throws IOException {
        byte[] header = new byte[BLOCK];
        put(header, 0, path);
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, octal11(size));
        put(header, 136, octal11(SECONDS + number));
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xFF;
        }
        put(header, 148, "%06o".formatted(sum) + "\0 ");
        out.write(header);
        if (size > 0) {
            byte[] data = new byte[BLOCK];
            java.util.Arrays.fill(data, 0, size, (byte) ('a' + number % 26));
            out.write(data);
        }
    }

    private static String octal11(long value) {
        String digits = Long.toOctalString(value);
        return "0".repeat(11 - digits.length()) + digits;
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    private static Descriptor writeBlob(Path blobs, String mediaType, byte[] bytes) throws IOException {
        Descriptor descriptor = Descriptor.of(mediaType, bytes);
        Files.write(blobs.resolve(descriptor.digest().hex()), bytes);
        return descriptor;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
