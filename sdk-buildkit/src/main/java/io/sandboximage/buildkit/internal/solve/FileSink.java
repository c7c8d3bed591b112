package io.sandboximage.buildkit.internal.solve;

import io.sandboximage.buildkit.internal.session.ExportReceiver;
import io.sandboximage.internal.io.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Places for exports of one stream. */
public final class FileSink implements ExportReceiver.Sink {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final AtomicFile file;
    private final OutputStream stream;

    private FileSink(AtomicFile file) {
        this.file = file;
        // The daemon sends small pieces.
        this.stream = new BufferedOutputStream(file.stream(), BUFFER_BYTES);
    }

    /** A file that appears whole or not at all. */
    public static ExportReceiver.Stream file(Path path) {
        return new ExportReceiver.Stream(() -> new FileSink(AtomicFile.create(path)));
    }

    /** A stream that stays open. */
    public static ExportReceiver.Stream stream(OutputStream target) {
        return new ExportReceiver.Stream(() -> new ExportReceiver.Sink() {
            @Override
            public OutputStream stream() {
                return target;
            }

            @Override
            public void commit() throws IOException {
                target.flush();
            }

            @Override
            public void close() {}
        });
    }

    @Override
    public OutputStream stream() {
        return stream;
    }

    @Override
    public void commit() throws IOException {
        stream.flush();
        file.commit();
    }

    @Override
    public void close() {
        file.close();
    }
}
