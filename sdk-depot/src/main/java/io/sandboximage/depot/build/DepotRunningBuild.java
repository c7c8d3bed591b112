package io.sandboximage.depot.build;

import io.sandboximage.error.CancelledException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A build that runs in the background of this JVM; it needs it: BuildKit reads the context from here. Thread-safe. Closing cancels
 * it, if it still runs, and waits for its end.
 */
public final class DepotRunningBuild implements AutoCloseable {
    private final DepotBuildHandle handle;
    private final CompletableFuture<DepotBuildResult> result = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable Thread> worker = new AtomicReference<>();

    private DepotRunningBuild(DepotBuildHandle handle) {
        this.handle = handle;
    }

    static DepotRunningBuild start(DepotBuildHandle handle, Supplier<DepotBuildResult> work) {
        DepotRunningBuild build = new DepotRunningBuild(handle);
        CountDownLatch running = new CountDownLatch(1);
        DaemonThreads.start("depot-build " + handle.id(), () -> {
            build.worker.set(Thread.currentThread());
            running.countDown();
            build.run(work);
        });
        awaitUninterruptibly(running);
        return build;
    }

    private void run(Supplier<DepotBuildResult> work) {
        try {
            result.complete(work.get());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        } finally {
            worker.set(null);
            ended.countDown();
        }
    }

    /** What Depot says of it. */
    public DepotBuildHandle handle() {
        return handle;
    }

    public boolean done() {
        return result.isDone();
    }

    /**
     * Waits for the end.
     *
     * @throws io.sandboximage.error.SandboxImageException whatever ended the build
     * @throws CancelledException also if this thread is interrupted; the build goes on then
     */
    public DepotBuildResult result() {
        try {
            return result.get();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the build " + handle.id(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException ours ? ours : new CompletionException(e);
        }
    }

    /** The end as a future; cancelling that one has no effect on the build. */
    public CompletableFuture<DepotBuildResult> future() {
        return result.copy();
    }

    /** Ends the build, also at Depot; does not wait for that. */
    public void cancel() {
        Thread running = worker.get();
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public void close() {
        cancel();
        awaitUninterruptibly(ended);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
