package io.sandboximage.rootfs.internal;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** The digest of a whole file. */
public final class FileDigest {
    private static final int BUFFER_BYTES = 1 << 20;

    private FileDigest() {}

    /** Reads all of it, holes included: a digest over zeros has to be computed over zeros. */
    public static Digest sha256(Path file, ProgressTask progress) {
        MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        // Not a channel: see LayerFile.
        try (InputStream in = new FileInputStream(file.toFile());
                ProgressTask task =
                        progress.child("digest of " + file.getFileName(), ProgressUnit.BYTES, Files.size(file))) {
            int n;
            while ((n = in.read(buffer)) >= 0) {
                CancelledException.throwIfInterrupted("computing the digest of " + file);
                hash.update(buffer, 0, n);
                task.advance(n);
            }
            task.done();
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
        return Digest.of(Digest.Algorithm.SHA256, hash.digest());
    }
}
