package io.sandboximage.store;

import io.sandboximage.error.CancelledException;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads that work for one caller: the first failure, or the caller's interruption, ends them all. */
final class Workers implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ExecutorService threads;
    private final String work;

    /** @param work what they do, for messages: {@code "copying a to b"} */
    Workers(int parallelism, String work) {
        this.work = work;
        this.threads = Executors.newFixedThreadPool(parallelism, job -> {
            Thread thread = new Thread(job, "sandbox-image-copy-" + COUNT.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs all jobs to their end; on a failure cancels the others, waits for them and throws it. */
    void run(List<? extends Runnable> jobs) {
        CompletionService<Void> completion = new ExecutorCompletionService<>(threads);
        for (Runnable job : jobs) {
            completion.submit(job, null);
        }
        try {
            for (int i = 0; i < jobs.size(); i++) {
                completion.take().get();
            }
        } catch (ExecutionException e) {
            close();
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            close();
            throw CancelledException.interrupted(work, e);
        }
    }

    /** Interrupts what still runs and waits for its end, so that nobody writes to a place that the caller closes next. */
    @Override
    public void close() {
        threads.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
