package io.sandboximage.ext4.internal.write;

import io.sandboximage.internal.concurrent.DaemonThreads;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends a file's data to the disk while more is written. The kernel begins with that only after seconds, or after a tenth of the memory,
 * and all of it would wait for the sync in the end. Thread-safe.
 */
final class EarlyWriteback {
    private static final long STEP_BYTES = 128L << 20;

    private final FileChannel channel;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private final ExecutorService thread = DaemonThreads.pool("sending data to the disk");

    EarlyWriteback(FileChannel channel) {
        this.channel = channel;
    }

    /** To be told of all that is written. */
    void wrote(long bytes) {
        if (waiting.addAndGet(bytes) >= STEP_BYTES && busy.compareAndSet(false, true)) {
            waiting.set(0);
            thread.execute(this::send);
        }
    }

    private void send() {
        try {
            channel.force(false);
        } catch (IOException e) {
            failure.compareAndSet(null, e);
        } finally {
            busy.set(false);
        }
    }

    /**
     * Waits for what goes on; nothing begins afterwards.
     *
     * @throws IOException what went wrong in all this time: the kernel tells it once only, so that the sync in the end would not
     */
    void end() throws IOException {
        thread.shutdown();
        DaemonThreads.awaitEnd(thread);
        IOException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }
}
