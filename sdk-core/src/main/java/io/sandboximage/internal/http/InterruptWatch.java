package io.sandboximage.internal.http;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;

/**
 * Cancels a call whose thread is interrupted. A platform thread that waits in a socket read does not notice an interrupt by
 * itself; a daemon thread looks after those that wait, and sleeps while there are none.
 */
final class InterruptWatch implements AutoCloseable {
    private static final long PERIOD_MILLIS = 25;

    private final Map<Object, Watched> watched = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private boolean sleeping;
    private boolean started;
    private volatile boolean closed;

    private record Watched(Thread thread, Call call) {}

    /** Work that may wait on the network. */
    @FunctionalInterface
    interface Exchange<T> {
        T run() throws IOException;
    }

    /** Runs the work; an interrupt of the current thread meanwhile cancels the call, and so ends the work. */
    <T> T watch(Call call, Exchange<T> work) throws IOException {
        Object key = new Object();
        watched.put(key, new Watched(Thread.currentThread(), call));
        wake();
        try {
            return work.run();
        } finally {
            watched.remove(key);
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }

    private void wake() {
        lock.lock();
        try {
            if (!started && !closed) {
                started = true;
                Thread thread = new Thread(this::run, "sandbox-image-http-interrupts");
                thread.setDaemon(true);
                thread.start();
            } else if (sleeping) {
                added.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (!closed || !watched.isEmpty()) {
                awaitWork();
                for (Watched each : watched.values()) {
                    if (each.thread().isInterrupted()) {
                        each.call().cancel();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitWork() throws InterruptedException {
        lock.lock();
        try {
            while (watched.isEmpty() && !closed) {
                sleeping = true;
                added.await();
            }
            sleeping = false;
        } finally {
            lock.unlock();
        }
    }
}
