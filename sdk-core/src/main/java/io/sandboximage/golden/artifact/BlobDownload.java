package io.sandboximage.golden.artifact;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.Blobs;
import io.sandboximage.store.BlobCache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * Brings blobs into a cache of this host. What a killed process had of a blob is kept and continued, also by another process; a
 * blob has its name in the cache only when its digest was found right.
 */
final class BlobDownload {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Blobs blobs;
    private final BlobCache cache;
    private final Path partial;
    private final String origin;

    /** @param partial where unfinished blobs lie; on the file system of the cache */
    BlobDownload(Blobs blobs, BlobCache cache, Path partial, String origin) {
        this.blobs = blobs;
        this.cache = cache;
        this.partial = partial;
        this.origin = origin;
    }

    /**
     * Sees that the blob is in the cache.
     *
     * @return how many bytes came over the network
     * @throws IntegrityException if the registry gave other bytes; they are dropped
     */
    long fetch(Descriptor blob, ProgressTask task) {
        // Few locks for all blobs, so that no file stays for each that ever came.
        InterprocessLock lock = InterprocessLock.acquire(
                partial.resolve("lock-" + blob.digest().hex().charAt(0)));
        try {
            return cache.find(blob).isPresent() ? 0 : fetchLocked(blob, task);
        } finally {
            lock.close();
        }
    }

    private long fetchLocked(Descriptor blob, ProgressTask task) {
        Path file = partial.resolve(blob.digest().hex());
        long have;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MessageDigest hash = blob.digest().algorithm().newMessageDigest();
            have = hashed(channel, blob, hash);
            receive(channel, have, blob, hash, task);
            verify(file, blob, hash);
            channel.force(true);
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
        keep(file, blob);
        return blob.sizeBytes() - have;
    }

    private static long hashed(FileChannel channel, Descriptor blob, MessageDigest hash) throws IOException {
        if (channel.size() > blob.sizeBytes()) {
            channel.truncate(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer.clear()) >= 0) {
            CancelledException.throwIfInterrupted("checking what is there of the blob " + blob.digest());
            hash.update(buffer.flip());
        }
        return channel.position();
    }

    private void receive(FileChannel channel, long have, Descriptor blob, MessageDigest hash, ProgressTask task)
            throws IOException {
        long left = blob.sizeBytes() - have;
        if (left == 0) {
            return;
        }
        // A whole blob's stream is resumed by the client when it breaks, so it is the better one where nothing is
        // there.
        try (InputStream in = have == 0 ? blobs.open(blob) : blobs.openRange(blob.digest(), have, left)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int n;
            while (left > 0 && (n = read(in, buffer, blob)) >= 0) {
                CancelledException.throwIfInterrupted("fetching the blob " + blob.digest() + " of " + origin);
                int useful = (int) Math.min(n, left);
                channel.write(ByteBuffer.wrap(buffer, 0, useful));
                hash.update(buffer, 0, useful);
                left -= useful;
                task.advance(useful);
            }
        }
        if (left > 0) {
            throw new UnavailableException("Could not fetch the blob " + blob.digest() + " of " + origin + ": it ended "
                    + left + " bytes early. Try again, and it goes on from there");
        }
    }

    private int read(InputStream in, byte[] buffer, Descriptor blob) {
        try {
            return in.read(buffer);
        } catch (IntegrityException e) {
            AtomicFile.removeQuietly(partial.resolve(blob.digest().hex()));
            throw e;
        } catch (IOException e) {
            throw new UnavailableException(
                    "Could not fetch the blob " + blob.digest() + " of " + origin + ": " + AtomicFile.reason(e)
                            + ". Try again, and it goes on from there",
                    e);
        }
    }

    private void verify(Path file, Descriptor blob, MessageDigest hash) {
        Digest actual = Digest.of(blob.digest().algorithm(), hash.digest());
        if (!actual.equals(blob.digest())) {
            AtomicFile.removeQuietly(file);
            throw new IntegrityException("The blob " + blob.digest() + " of " + origin + " has the digest " + actual
                    + ": it was corrupted or changed there or on its way. Push the golden cache again");
        }
    }

    private void keep(Path file, Descriptor blob) {
        Path target = cache.directory()
                .resolve("blobs")
                .resolve(blob.digest().algorithm().prefix())
                .resolve(blob.digest().hex());
        try {
            Files.createDirectories(target.getParent());
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }
}
