package io.sandboximage.internal.concurrent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
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

    static ThreadFactory factory(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
