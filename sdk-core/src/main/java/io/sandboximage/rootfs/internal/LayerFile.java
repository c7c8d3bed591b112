package io.sandboximage.rootfs.internal;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Layer;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.VerifyingInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The blob of one layer as a local file. */
record LayerFile(Layer layer, Path path) {
    private static final int BUFFER_BYTES = 256 * 1024;

    /** For messages. */
    static String name(Layer layer) {
        return "layer " + layer.descriptor().digest();
    }

    /**
     * The blob from its start.
     *
     * @throws IntegrityException if it has another size than it should
     */
    InputStream open() throws IOException {
        if (Files.size(path) != layer.descriptor().sizeBytes()) {
            verify();
        }

        // Not a channel: an interrupt of the reading thread must not close the file.
        return new FileInputStream(path.toFile());
    }

    /** @throws IntegrityException if the blob has another size or digest than it should */
    void verify() {
        try (InputStream in = new VerifyingInputStream(open(), layer.descriptor(), path.toString())) {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (in.read(buffer) >= 0) {
                CancelledException.throwIfInterrupted("verifying " + name(layer));
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** An I/O failure while reading, as what the caller can do about it. */
    SandboxImageException failed(IOException e) {
        return new UnavailableException("Could not read " + path + ": " + AtomicFile.reason(e), e);
    }
}
