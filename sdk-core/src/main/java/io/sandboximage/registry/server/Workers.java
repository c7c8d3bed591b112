package io.sandboximage.registry.server;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon threads that answer requests, and one that interrupts those whose client neither sends nor takes a byte for too
 * long. A task covers one request from its first header line on, so clients that never finish their headers are covered too.
 */
final class Workers implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int HEAD_TICKS = 4;
    private static final long KEEP_SECONDS = 10;
    private static final long CLOSE_SECONDS = 10;

    private final ThreadPoolExecutor pool;
    private final ScheduledExecutorService timer;
    private final Map<Thread, Task> running = new ConcurrentHashMap<>();
    private final long maxStallNanos;
    private final Duration maxHead;

    /**
     * @param maxHead how long a request may take from its first byte to the end of its headers
     * @param maxStall how long a request may take without progress
     */
    Workers(String name, int threads, Duration maxHead, Duration maxStall) {
        this.maxHead = maxHead;
        this.maxStallNanos = maxStall.toNanos();
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        this.pool = new ThreadPoolExecutor(
                threads, threads, KEEP_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        this.pool.allowCoreThreadTimeOut(true);
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, factory);
        scheduler.setRemoveOnCancelPolicy(true);
        this.timer = scheduler;
        every(maxStall.dividedBy(4), this::interruptStalled);
    }

    @Override
    public void execute(Runnable work) {
        pool.execute(() -> {
            Task task = new Task(Thread.currentThread());
            running.put(task.thread, task);
            watchHead(task, 1);
            try {
                work.run();
            } finally {
                running.remove(task.thread);
                task.end();
            }
        });
    }

    /** To be called by the tasks whenever their client moved bytes. */
    void progress() {
        Task task = running.get(Thread.currentThread());
        if (task != null) {
            task.pastHead = true;
            task.lastProgress = System.nanoTime();
        }
    }

    /**
     * Counts ticks instead of time: after a pause of the whole JVM the thread still gets most of them, and the headers that lie
     * there already are read.
     */
    private void watchHead(Task task, int tick) {
        Runnable check = () -> {
            if (task.pastHead) {
                return;
            }
            if (tick == HEAD_TICKS) {
                task.interrupt();
            } else {
                watchHead(task, tick + 1);
            }
        };
        try {
            task.headWatch = timer.schedule(check, maxHead.toNanos() / HEAD_TICKS, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            task.interrupt(); // The server is closing.
        }
    }

    /** Runs {@code work} now and then; a failure does not end the series. */
    void every(Duration interval, Runnable work) {
        Runnable safely = () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.debug("Housekeeping of the registry failed", e);
            }
        };
        long nanos = Math.max(1, interval.toNanos());
        var unused = timer.scheduleWithFixedDelay(safely, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Interrupts what is running and waits until it has cleaned up after itself. */
    @Override
    public void close() {
        timer.shutdownNow();
        pool.shutdownNow();
        try {
            if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("Requests are still running {} seconds after the registry was closed", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void interruptStalled() {
        for (Task task : running.values()) {
            if (System.nanoTime() - task.lastProgress > maxStallNanos) {
                task.interrupt();
            }
        }
    }

    private static final class Task {
        private final Thread thread;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile long lastProgress = System.nanoTime();
        private volatile boolean pastHead;
        private volatile @Nullable Future<?> headWatch;
        private boolean ended;

        Task(Thread thread) {
            this.thread = thread;
        }

        /** Interrupts the thread only while it works on this task: the next one is not to blame. */
        void interrupt() {
            lock.lock();
            try {
                if (!ended) {
                    thread.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        void end() {
            pastHead = true;
            Future<?> watch = headWatch;
            if (watch != null) {
                watch.cancel(false);
            }
            lock.lock();
            try {
                ended = true;
                // Clears the flag, whether interrupt() set it or the work itself.
                boolean unused = Thread.interrupted();
            } finally {
                lock.unlock();
            }
        }
    }
}
