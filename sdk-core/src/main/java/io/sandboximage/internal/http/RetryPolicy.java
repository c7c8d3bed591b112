package io.sandboximage.internal.http;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How often and after which waits a failed piece of work is tried again: exponential growth with full jitter, bounded by a
 * number of attempts and a deadline. A server that names a wait is obeyed as long as the wait is bearable.
 *
 * @param maxAttempts tries in all, the first included
 * @param base longest wait before the second try
 * @param cap longest wait of our own choice
 * @param deadline total time after which no further try begins
 * @param maxServerWait longest wait that a server may ask for; a longer one ends the tries, and the caller is told
 * @param nanoTime monotonic clock
 * @param random uniform in [0, 1)
 */
public record RetryPolicy(
        int maxAttempts,
        Duration base,
        Duration cap,
        Duration deadline,
        Duration maxServerWait,
        LongSupplier nanoTime,
        Sleeper sleeper,
        DoubleSupplier random) {

    /** Waits; replaced in tests. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration wait) throws InterruptedException;
    }

    public RetryPolicy {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts is " + maxAttempts + ", expected at least 1");
        }
    }

    public static RetryPolicy defaults() {
        return new RetryPolicy(
                5,
                Duration.ofMillis(250),
                Duration.ofSeconds(10),
                Duration.ofMinutes(3),
                Duration.ofSeconds(60),
                System::nanoTime,
                wait -> Thread.sleep(wait.toMillis()),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    public RetryPolicy withMaxAttempts(int attempts) {
        return new RetryPolicy(attempts, base, cap, deadline, maxServerWait, nanoTime, sleeper, random);
    }

    public RetryPolicy withSleeper(Sleeper newSleeper) {
        return new RetryPolicy(maxAttempts, base, cap, deadline, maxServerWait, nanoTime, newSleeper, random);
    }

    public RetryPolicy withRandom(DoubleSupplier newRandom) {
        return new RetryPolicy(maxAttempts, base, cap, deadline, maxServerWait, nanoTime, sleeper, newRandom);
    }

    public RetryPolicy withNanoTime(LongSupplier newNanoTime) {
        return new RetryPolicy(maxAttempts, base, cap, deadline, maxServerWait, newNanoTime, sleeper, random);
    }

    /** @param work what is being tried, for the message of a cancellation: {@code "pulling x"} */
    public RetryBudget begin(String work) {
        return new RetryBudget(this, work);
    }
}
