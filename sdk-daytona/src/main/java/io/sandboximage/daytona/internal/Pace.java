package io.sandboximage.daytona.internal;

import io.sandboximage.error.CancelledException;
import io.sandboximage.internal.http.RetryPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The time as waits see it: what it is, and how it passes. */
public record Pace(Clock clock, RetryPolicy.Sleeper sleeper) {
    public static Pace system() {
        return new Pace(Clock.systemUTC(), wait -> Thread.sleep(wait.toMillis()));
    }

    public Instant now() {
        return clock.instant();
    }

    /**
     * @param work what goes on meanwhile, for the message of a cancellation
     * @throws CancelledException if the thread is interrupted
     */
    public void sleep(Duration wait, String work) {
        CancelledException.throwIfInterrupted(work);
        try {
            sleeper.sleep(wait);
        } catch (InterruptedException e) {
            throw CancelledException.interrupted(work, e);
        }
    }

    /** Retries that live in this time. */
    RetryPolicy retries() {
        return RetryPolicy.defaults().withSleeper(sleeper).withNanoTime(() -> {
            Instant now = clock.instant();
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        });
    }
}
