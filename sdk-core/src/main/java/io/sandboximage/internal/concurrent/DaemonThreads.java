package io.sandboximage.internal.concurrent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that never keep the JVM alive. */
public final class DaemonThreads {
    private DaemonThreads() {}

    /** As many as there is work for at a time, each named {@code name} and a number. */
    public static ExecutorService pool(String name) {
        return Executors.newCachedThreadPool(factory(name));
    }

    /** Runs something once, in a thread of this name. */
    public static void start(String name, Runnable work) {
        factory(name).newThread(work).start();
    }

    /** Waits until the tasks of a pool that was shut down have ended, however long that takes; an interruption is kept for the caller. */
    public static void awaitEnd(ExecutorService pool) {
        boolean interrupted = false;
        while (true) {
            try {
                if (pool.awaitTermination(1, TimeUnit.MINUTES)) {
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

    static ThreadFactory factory(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
