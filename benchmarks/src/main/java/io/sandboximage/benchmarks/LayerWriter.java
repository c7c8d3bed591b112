package io.sandboximage.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** One gzip layer, written into the blobs of an OCI layout. */
final class LayerWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final long MODIFIED_MILLIS = 1_760_000_000_000L;

    private final Path blobs;
    private final Path temporary;
    private final MessageDigest compressed = sha256();
    private final MessageDigest plain = sha256();
    private final Noise noise;
    private final TarArchiveOutputStream tar;
    private final List<String> removals = new ArrayList<>();
    private long contentBytes;
    private int entries;

    LayerWriter(Path blobs, int number) throws IOException {
        this.blobs = blobs;
        this.temporary = blobs.resolve("layer-" + number + ".tmp");
        this.noise = new Noise(number);
        OutputStream file = new BufferedOutputStream(Files.newOutputStream(temporary), BUFFER_BYTES);
        OutputStream gzip = new GZIPOutputStream(new DigestOutputStream(file, compressed), BUFFER_BYTES);
        this.tar = new TarArchiveOutputStream(
                new BufferedOutputStream(new DigestOutputStream(gzip, plain), BUFFER_BYTES), "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    Noise noise() {
        return noise;
    }

    void directory(String path) throws IOException {
        TarArchiveEntry entry = entry(path + "/", TarConstants.LF_DIR, 0755);
        put(entry);
        tar.closeArchiveEntry();
    }

    void file(String path, long bytes) throws IOException {
        file(path, bytes, 0, false);
    }

    /** A file whose content depends on its path only, so that a newer layer can repeat it with another owner. */
    void file(String path, long bytes, int owner, boolean dense) throws IOException {
        TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, noise.below(8) == 0 ? 0755 : 0644);
        entry.setIds(owner, owner);
        entry.setSize(bytes);
        put(entry);
        Noise content = new Noise(path.hashCode());
        if (dense) {
            content.writeDense(tar, bytes);
        } else {
            content.writeText(tar, bytes);
        }
        tar.closeArchiveEntry();
        contentBytes += bytes;
    }

    void symlink(String path, String target) throws IOException {
        link(path, TarConstants.LF_SYMLINK, target);
    }

    void hardLink(String path, String target) throws IOException {
        link(path, TarConstants.LF_LINK, target);
    }

    /** Removes what older layers have at {@code path}. */
    void whiteout(String path) throws IOException {
        int slash = path.lastIndexOf('/') + 1;
        put(entry(path.substring(0, slash) + ".wh." + path.substring(slash), TarConstants.LF_NORMAL, 0644));
        tar.closeArchiveEntry();
        removals.add(path);
    }

    /** Hides everything that older layers have in the directory {@code path}. */
    void opaque(String path) throws IOException {
        directory(path);
        put(entry(path + "/.wh..wh..opq", TarConstants.LF_NORMAL, 0644));
        tar.closeArchiveEntry();
        removals.add(path);
    }

    private void link(String path, byte type, String target) throws IOException {
        TarArchiveEntry entry = entry(path, type, 0777);
        entry.setLinkName(target);
        put(entry);
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(String path, byte type, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(path, type);
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setModTime(MODIFIED_MILLIS + (path.hashCode() & 0xFFFFFF) * 1000L);
        return entry;
    }

    private void put(TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        entries++;
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    /** After closing: gives the blob its name. */
    WrittenLayer finish() throws IOException {
        String digest = HexFormat.of().formatHex(compressed.digest());
        Files.move(temporary, blobs.resolve(digest));
        return new WrittenLayer(
                digest,
                HexFormat.of().formatHex(plain.digest()),
                Files.size(blobs.resolve(digest)),
                contentBytes,
                entries,
                List.copyOf(removals));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
