package io.sandboximage.examples.service;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for requests: virtual ones where the JDK has them (21 and newer), else a pool with a limit. */
final class ServiceThreads {
    private ServiceThreads() {}

    /** @param most of a pool; more requests wait for their turn in the thread that accepts them */
    static ExecutorService open(int most) {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException e) {
            return pool(most);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("This JDK does not let virtual threads be made", e);
        }
    }

    private static ExecutorService pool(int most) {
        return new ThreadPoolExecutor(
                0,
                most,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> {
                    Thread thread = new Thread(work, "pipeline service");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
    }
}
