package io.sandboximage.internal.io;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Blobs as files {@code blobs/<algorithm>/<hex>} below a directory (OCI image-spec, image-layout.md). A blob is verified while
 * it is written and appears under its name whole or not at all, so any number of threads and processes may share a directory.
 */
public final class BlobDirectory {
    private static final int BUFFER_BYTES = 128 * 1024;

    private final Path root;
    private final String name;

    /** @param name the place as users write it, for messages */
    public BlobDirectory(Path root, String name) {
        this.root = root;
        this.name = name;
    }

    public Path root() {
        return root;
    }

    /** Where the blob lies, or would lie. A digest holds nothing but hex, so the path cannot leave the directory. */
    public Path path(Digest digest) {
        return root.resolve("blobs").resolve(digest.algorithm().prefix()).resolve(digest.hex());
    }

    /** The blob's file, if there is one of the right size. */
    public Optional<Path> find(Descriptor blob) {
        Path path = path(blob.digest());
        try {
            return Files.isRegularFile(path) && Files.size(path) == blob.sizeBytes()
                    ? Optional.of(path)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Opens a blob; the bytes are verified while they are read. */
    public InputStream open(Descriptor blob) {
        Path path = path(blob.digest());
        try {
            return new VerifyingInputStream(Files.newInputStream(path), blob, name);
        } catch (IOException e) {
            if (!Files.exists(path)) {
                throw new NotFoundException(
                        name + " lacks the blob " + blob.digest() + ": the store is incomplete, write the image again",
                        e);
            }
            throw new StorageException("Could not read " + path + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Reads a small blob whole, verified. */
    public byte[] read(Descriptor blob, int maxBytes) {
        if (blob.sizeBytes() > maxBytes) {
            throw new InvalidContentException("The document " + blob.digest() + " in " + name + " has "
                    + blob.sizeBytes() + " bytes, more than the " + maxBytes + " that are accepted");
        }
        try (InputStream in = open(blob)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new StorageException("Could not read " + path(blob.digest()) + ": " + AtomicFile.reason(e), e);
        }
    }

    public void write(Descriptor blob, byte[] bytes) {
        write(blob, new ByteArrayInputStream(bytes), name, n -> {});
    }

    /**
     * Stores a blob from a stream, verified.
     *
     * @param origin where the stream comes from, for messages
     * @param progress told of every number of bytes that was written
     */
    public void write(Descriptor blob, InputStream content, String origin, LongConsumer progress) {
        Path target = path(blob.digest());
        InputStream in = VerifyingInputStream.of(content, blob, origin);
        try (AtomicFile file = AtomicFile.create(target, root)) {
            OutputStream out = file.stream();
            byte[] buffer = new byte[BUFFER_BYTES];
            int n;
            while ((n = readSome(in, buffer, blob, origin)) >= 0) {
                CancelledException.throwIfInterrupted("writing the blob " + blob.digest() + " to " + name);
                out.write(buffer, 0, n);
                progress.accept(n);
            }
            file.commit();
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }

    /** Stores a blob of which nobody knows the digest before it is written. */
    public Descriptor create(String mediaType, ContentWriter content) {
        Path unnamed = root.resolve("a new blob");
        try (AtomicFile file = AtomicFile.create(unnamed, root)) {
            DigestingOutputStream out = new DigestingOutputStream(file.stream());
            content.write(out);
            Descriptor blob = Descriptor.of(mediaType, out.digest(), out.count());
            if (find(blob).isEmpty()) {
                file.commitAs(path(blob.digest()));
            }
            return blob;
        } catch (IOException e) {
            throw AtomicFile.failed(unnamed, e);
        }
    }

    /** Writes the content of a blob; an exception means that the disk failed. */
    @FunctionalInterface
    public interface ContentWriter {
        void write(OutputStream out) throws IOException;
    }

    /** Removes what killed processes left, once it is older than a day. */
    public void removeLeftovers() {
        Leftovers.remove(root);
    }

    private static int readSome(InputStream in, byte[] buffer, Descriptor blob, String origin) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new UnavailableException(
                    "Could not read the blob " + blob.digest() + " from " + origin + ": " + e.getMessage(), e);
        }
    }

    /** Checks a document that was read whole. */
    public static byte[] verified(byte[] bytes, Descriptor expected, String origin) {
        if (bytes.length != expected.sizeBytes() || !expected.digest().matches(bytes)) {
            throw new IntegrityException("The document " + expected.digest() + " from " + origin
                    + " does not match its digest: it was corrupted or changed");
        }
        return bytes;
    }
}
