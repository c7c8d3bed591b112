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
    /** After so long without a call the thread ends: clients that nobody closes shall not keep it. */
    private static final long IDLE_SECONDS = 10;

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
            while (awaitWork()) {
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

    /** Whether there is work; without any for a while, the thread counts as ended. */
    private boolean awaitWork() throws InterruptedException {
        lock.lock();
        try {
            while (watched.isEmpty()) {
                sleeping = true;
                boolean signalled = !closed && added.await(IDLE_SECONDS, TimeUnit.SECONDS);
                sleeping = false;
                if (!signalled && watched.isEmpty()) {
                    started = false;
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
