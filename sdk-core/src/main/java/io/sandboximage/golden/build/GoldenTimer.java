package io.sandboximage.golden.build;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs things later: in tests, when the test says so. What runs is short; builds have threads of their own. */
interface GoldenTimer extends AutoCloseable {
    /** Runs {@code task} once; the result cancels it. Does nothing once this is closed. */
    Runnable after(Duration delay, Runnable task);

    @Override
    void close();

    /** By the system's clock, in one daemon thread. */
    static GoldenTimer system() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "golden-timer");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return new GoldenTimer() {
            @Override
            public Runnable after(Duration delay, Runnable task) {
                try {
                    var future = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
                    return () -> future.cancel(false);
                } catch (RejectedExecutionException closed) {
                    return () -> {};
                }
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
