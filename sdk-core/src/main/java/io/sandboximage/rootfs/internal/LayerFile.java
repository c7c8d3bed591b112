package io.sandboximage.rootfs.internal;

import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Layer;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The blob of one layer as a local file. It stays open: a cache that is emptied meanwhile does no harm. For one thread. */
final class LayerFile implements AutoCloseable {
    private final Layer layer;
    private final Path path;
    private final RandomAccessFile file;

    private LayerFile(Layer layer, Path path, RandomAccessFile file) {
        this.layer = layer;
        this.path = path;
        this.file = file;
    }

    static LayerFile open(Layer layer, Path path) {
        try {
            return new LayerFile(layer, path, new RandomAccessFile(path.toFile(), "r"));
        } catch (IOException e) {
            throw new StorageException("Could not read " + path + ": " + AtomicFile.reason(e), e);
        }
    }

    /** For messages. */
    static String name(Layer layer) {
        return "layer " + layer.descriptor().digest();
    }

    Layer layer() {
        return layer;
    }

    /** The blob from its start, verified while it is read. */
    InputStream openVerified() throws IOException {
        return new VerifyingInputStream(openRaw(), layer.descriptor(), path.toString());
    }

    private InputStream openRaw() throws IOException {
        file.seek(0);
        return new FromFile();
    }

    /** An I/O failure while reading, as what the caller can do about it. */
    SandboxImageException failed(IOException e) {
        return new UnavailableException("Could not read " + path + ": " + AtomicFile.reason(e), e);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not a channel: an interrupt of the reading thread must not close the file. */
    private final class FromFile extends InputStream {
        @Override
        public int read() throws IOException {
            return file.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return file.read(target, offset, length);
        }
    }
}
