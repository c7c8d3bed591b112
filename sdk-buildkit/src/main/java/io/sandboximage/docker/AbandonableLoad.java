package io.sandboximage.docker;

import io.sandboximage.docker.internal.EngineBody;
import io.sandboximage.error.CancelledException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A load that leaves nothing when it is cancelled. Until the archive's last block is on its way the engine makes nothing of it; from
 * then on the engine cannot be stopped, so its end is awaited and the image removed.
 */
final class AbandonableLoad {
    /** How long a cancelled caller waits; after that the rest is done behind its back. */
    private static final long PATIENCE_SECONDS = 5;

    private final DockerEngine engine;
    private final ImageArchive archive;
    private final LoadLeftovers leftovers;
    private final AtomicReference<State> state = new AtomicReference<>(State.SENDING);
    private final AtomicLong sent = new AtomicLong();

    private enum State {
        SENDING,
        SENT,
        ABANDONED
    }

    AbandonableLoad(DockerEngine engine, ImageArchive archive, LoadLeftovers leftovers) {
        this.engine = engine;
        this.archive = archive;
        this.leftovers = leftovers;
    }

    long bytesSent() {
        return sent.get();
    }

    /** @return what the engine says that it loaded */
    List<String> run(String what, ProgressTask task) {
        ExecutorService worker = DaemonThreads.pool("sandbox-image-load");
        try {
            Future<List<String>> call = worker.submit(() -> call(what, task));
            try {
                return call.get();
            } catch (InterruptedException e) {
                boolean late = state.getAndSet(State.ABANDONED) == State.SENT;
                if (!late) {
                    call.cancel(true);
                }
                awaitEnd(worker);
                throw CancelledException.interrupted(what, e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IllegalStateException(what + " failed", e.getCause());
            }
        } finally {
            worker.shutdown();
        }
    }

    private List<String> call(String what, ProgressTask task) {
        try {
            return engine.load(EngineBody.tar(archive.sizeBytes(), out -> write(out, task)), what, task);
        } finally {
            if (state.get() == State.ABANDONED) {
                leftovers.remove();
            }
        }
    }

    private void write(OutputStream out, ProgressTask task) throws IOException {
        sent.set(archive.writeMembers(out, task));
        if (!state.compareAndSet(State.SENDING, State.SENT)) {
            throw new CancelledException("Cancelled before the last block of the archive");
        }
        sent.addAndGet(archive.writeEnd(out));
    }

    private static void awaitEnd(ExecutorService worker) {
        worker.shutdown();
        try {
            worker.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Cancelled twice: whoever wants that does not want to wait.
        }
    }
}
