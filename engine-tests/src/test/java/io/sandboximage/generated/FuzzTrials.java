package io.sandboximage.generated;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.TestReporter;

/**
 * Trials with one seed after the other, until a share of the time is over. {@code -Dsandboximage.fuzz.seconds=3600} is the time of all
 * shares together, {@code -Dsandboximage.fuzz.first} the first seed; a failure tells the seed. The process's heap is the bound for
 * memory: what does not fit is a failure.
 */
final class FuzzTrials {
    private static final long ALL_MILLIS = TimeUnit.SECONDS.toMillis(Long.getLong("sandboximage.fuzz.seconds", 10));
    private static final long FIRST_SEED = Long.getLong("sandboximage.fuzz.first", 1);
    /** Far more than any of these small inputs takes, also on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private FuzzTrials() {}

    interface Trial {
        void run(long seed) throws IOException;
    }

    /** @param percent of the time */
    static void run(int percent, TestReporter reporter, Trial trial) {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "fuzz");
            made.setDaemon(true);
            return made;
        });
        long start = System.nanoTime();
        long end = start + TimeUnit.MILLISECONDS.toNanos(ALL_MILLIS * percent / 100);
        long seed = FIRST_SEED;
        long longest = 0;
        long longestSeed = seed;
        try {
            do {
                long current = seed++;
                long began = System.nanoTime();
                requireEnd(thread, current, trial);
                if (System.nanoTime() - began > longest) {
                    longest = System.nanoTime() - began;
                    longestSeed = current;
                }
            } while (System.nanoTime() < end);
        } finally {
            thread.shutdownNow();
        }
        reporter.publishEntry(
                "trials",
                "seeds " + FIRST_SEED + " to " + (seed - 1) + " in "
                        + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s, the longest, " + longestSeed
                        + ", in " + Duration.ofNanos(longest).toMillis() + " ms");
        assertThat(seed).isGreaterThan(FIRST_SEED);
    }

    private static void requireEnd(ExecutorService thread, long seed, Trial trial) {
        try {
            thread.submit(() -> {
                        trial.run(seed);
                        return seed;
                    })
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("seed " + seed + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("seed " + seed + " takes longer than " + PATIENCE, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
