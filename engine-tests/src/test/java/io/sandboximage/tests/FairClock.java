package io.sandboximage.tests;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time as it passes for a process that shares its machine: a thread takes short steps, each a nap and a little work, and a step
 * counts as long as the shortest one did. What the process has to wait for a processor does not count, so that a limit can be
 * asserted on a busy machine too. Never ahead of the clock on the wall. Thread-safe.
 */
public final class FairClock implements AutoCloseable {
    private static final long NAP_MILLIS = 5;
    /** About a millisecond of work. */
    private static final int ROUNDS = 500_000;

    private final Thread thread = new Thread(this::tick, "fair-clock");
    private final AtomicLong steps = new AtomicLong();
    private volatile long shortest = Long.MAX_VALUE;
    private volatile long sink;

    private FairClock() {}

    public static FairClock start() {
        FairClock clock = new FairClock();
        clock.thread.setDaemon(true);
        clock.thread.start();
        return clock;
    }

    /** A moment, to be given to {@link #since}. */
    public long now() {
        return steps.get();
    }

    /** How long ago a moment was. */
    public Duration since(long moment) {
        // The first step that ended since then had begun before.
        long whole = steps.get() - moment - 1;
        return whole <= 0 ? Duration.ZERO : Duration.ofNanos(whole * shortest);
    }

    private void tick() {
        try {
            while (true) {
                long start = System.nanoTime();
                Thread.sleep(NAP_MILLIS);
                long work = start;
                for (int i = 0; i < ROUNDS; i++) {
                    work = work * 6364136223846793005L + 1442695040888963407L;
                }
                sink = work; // So that the work is not optimized away.
                shortest = Math.min(shortest, System.nanoTime() - start);
                steps.incrementAndGet();
            }
        } catch (InterruptedException e) {
            // It is closed.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
