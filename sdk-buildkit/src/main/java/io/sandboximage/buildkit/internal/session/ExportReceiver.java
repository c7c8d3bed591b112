package io.sandboximage.buildkit.internal.session;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Where the bytes of one exporter go. */
public sealed interface ExportReceiver {
    /**
     * Files into a directory; several streams may come, one a platform.
     *
     * @param notes told what could not be written and does not fail the build
     */
    record Directory(Path path, Consumer<String> notes) implements ExportReceiver {}

    /** One stream of bytes; {@code opener} is called when it begins. */
    record Stream(Opener opener) implements ExportReceiver {}

    /** Opens the place of a stream. */
    @FunctionalInterface
    interface Opener {
        Sink open() throws IOException;
    }

    /** A place that becomes visible with {@link #commit}; closing without it leaves nothing. */
    interface Sink extends AutoCloseable {
        OutputStream stream();

        void commit() throws IOException;

        @Override
        void close() throws IOException;
    }
}
