package io.sandboximage.assemble;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.internal.io.DigestingOutputStream;
import io.sandboximage.internal.tar.TarHeader;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Streams entries as a compressed tar into a blob: one pass gives digest, size and diff ID. */
final class LayerWriter {
    private static final int BUFFER_BYTES = 128 * 1024;

    private final EntryTree tree;
    private final long mtimeSeconds;
    private final ProgressTask progress;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    private LayerWriter(EntryTree tree, long mtimeSeconds, ProgressTask progress) {
        this.tree = tree;
        this.mtimeSeconds = mtimeSeconds;
        this.progress = progress;
    }

    static BuiltLayer write(
            EntryTree tree, long mtimeSeconds, Compression compression, BlobDirectory blobs, ProgressTask progress) {
        LayerWriter writer = new LayerWriter(tree, mtimeSeconds, progress);
        Digest[] diffId = new Digest[1];
        Descriptor blob = blobs.create(compression.mediaType(), out -> {
            try (OutputStream compressed = compression.compress(out)) {
                DigestingOutputStream tar = new DigestingOutputStream(compressed);
                writer.tar(tar);
                diffId[0] = tar.digest();
            }
        });
        return new BuiltLayer(blob, diffId[0]);
    }

    private void tar(OutputStream out) throws IOException {
        for (Map.Entry<String, LayerEntry> named : tree.entries().entrySet()) {
            CancelledException.throwIfInterrupted("writing a layer");
            LayerEntry entry = named.getValue();
            out.write(entry.header(named.getKey(), mtimeSeconds).encode());
            byte[] bytes = entry.bytes();
            Path file = entry.file();
            if (bytes != null) {
                out.write(bytes);
            } else if (file != null) {
                content(file, entry, out);
            }
            out.write(TarHeader.padding(entry.sizeBytes()));
            progress.advance(entry.sizeBytes());
        }
        out.write(TarHeader.end());
    }

    private void content(Path file, LayerEntry entry, OutputStream out) throws IOException {
        long left = entry.sizeBytes();
        try (InputStream in = open(file)) {
            while (left > 0) {
                int n = read(in, (int) Math.min(buffer.length, left), file);
                if (n < 0) {
                    break;
                }
                out.write(buffer, 0, n);
                left -= n;
            }
            if (left > 0 || read(in, 1, file) >= 0) {
                throw new ConflictException(
                        "The file " + file + " changed its size while it was put into a layer. Try again when nobody"
                                + " writes to it, or exclude it");
            }
        }
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private int read(InputStream in, int length, Path file) {
        try {
            return in.read(buffer, 0, length);
        } catch (ClosedByInterruptException e) {
            throw new CancelledException("Cancelled while reading " + file, e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static StorageException unreadable(Path file, IOException e) {
        return new StorageException("Could not read " + file + " for a layer: " + AtomicFile.reason(e), e);
    }
}
