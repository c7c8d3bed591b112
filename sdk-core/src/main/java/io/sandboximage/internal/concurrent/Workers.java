package io.sandboximage.internal.concurrent;

import io.sandboximage.error.CancelledException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Daemon threads that work for one caller. The first task that fails cancels all others, and its failure is what everybody who waits
 * gets. Closing cancels what still runs and waits for its end. Tasks may submit more.
 */
public final class Workers implements AutoCloseable {
    private final String work;
    private final ExecutorService executor;
    private final List<Future<?>> futures = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** @param work what is done, for messages and thread names: {@code "reading layers"} */
    public Workers(int threads, String work) {
        this.work = work;
        this.executor = Executors.newFixedThreadPool(threads, DaemonThreads.factory(work));
    }

    public <T> Future<T> submit(Callable<T> task) {
        Future<T> future = executor.submit(() -> {
            try {
                if (failure.get() != null) {
                    throw new CancelledException("Cancelled while " + work + ", because another part failed");
                }
                return task.call();
            } catch (Throwable e) {
                if (failure.compareAndSet(null, e)) {
                    cancel();
                }
                throw e;
            }
        });
        futures.add(future);
        return future;
    }

    /** Waits for a result. */
    public <T> T await(Future<T> future) {
        try {
            T result = future.get();
            // Long work submits hundreds of thousands.
            futures.removeIf(Future::isDone);
            return result;
        } catch (InterruptedException e) {
            cancel();
            throw CancelledException.interrupted(work, e);
        } catch (ExecutionException | CancellationException e) {
            throw failed(e);
        }
    }

    /** Runs all tasks to their end. */
    public void run(List<? extends Runnable> tasks) {
        List<Future<Void>> submitted = tasks.stream()
                .map(task -> submit(() -> {
                    task.run();
                    return (Void) null;
                }))
                .toList();
        submitted.forEach(this::await);
    }

    private RuntimeException failed(Throwable seen) {
        Throwable first = failure.get();
        Throwable cause = first != null ? first : seen.getCause() != null ? seen.getCause() : seen;
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(work + " failed", cause);
    }

    private void cancel() {
        futures.forEach(future -> future.cancel(true));
    }

    @Override
    public void close() {
        cancel();
        executor.shutdownNow();
        // What the tasks use is closed after this, so they must have ended; they look for interruption at every buffer.
        DaemonThreads.awaitEnd(executor);
    }
}
