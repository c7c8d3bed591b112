package io.sandboximage.rootfs.internal;

import io.sandboximage.error.CancelledException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.rootfs.internal.tar.TarChunks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in a thread of its own, some buffers ahead of whoever takes them, so that inflating goes on while what was inflated
 * is hashed and written. What fails there fails the call that would have needed it. Closing ends the thread; it does not close the
 * stream.
 */
final class ReadAhead implements TarChunks, AutoCloseable {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int BUFFERS = 8;

    private final InputStream in;
    private final String work;
    private final ExecutorService thread;
    private final BlockingQueue<Buffer> free = new ArrayBlockingQueue<>(BUFFERS);
    /** One more than there are buffers: the end has room in any case. */
    private final BlockingQueue<Buffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);

    private @Nullable Buffer current;

    /** @param work what is done, for messages */
    ReadAhead(InputStream in, String work) {
        this.in = in;
        this.work = work;
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new Buffer());
        }
        thread = DaemonThreads.pool("inflating");
        thread.execute(this::fill);
    }

    private void fill() {
        Buffer end = new Buffer();
        end.length = -1;
        try {
            while (true) {
                Buffer buffer = free.take();
                buffer.length = in.readNBytes(buffer.bytes, 0, BUFFER_BYTES);
                if (buffer.length > 0) {
                    full.add(buffer);
                }
                if (buffer.length < BUFFER_BYTES) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            end.failure = CancelledException.interrupted(work, e);
        } catch (Throwable e) {
            end.failure = e;
        }
        full.add(end);
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        if (current != null) {
            free.add(current);
            current = null;
        }
        Buffer buffer;
        try {
            buffer = full.take();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted(work, e);
        }
        if (buffer.length < 0) {
            full.add(buffer); // for the next who asks
            rethrow(buffer.failure);
            return null;
        }
        current = buffer;
        return ByteBuffer.wrap(buffer.bytes, 0, buffer.length);
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        // What it reads is closed after this.
        DaemonThreads.awaitEnd(thread);
    }

    /** The last has the length -1, and why it is the last, unless that is the end of the stream. */
    private static final class Buffer {
        private final byte[] bytes = new byte[BUFFER_BYTES];
        private int length;
        private @Nullable Throwable failure;
    }
}
