package io.sandboximage.internal.http;

import io.sandboximage.error.CancelledException;
import java.time.Duration;
import java.util.Optional;

/** The tries that one piece of work has left. Used by one thread. */
public final class RetryBudget {
    private static final int MAX_DOUBLINGS = 30;

    private final RetryPolicy policy;
    private final String work;
    private int failures;
    private long startNanos;

    RetryBudget(RetryPolicy policy, String work) {
        this.policy = policy;
        this.work = work;
        this.startNanos = policy.nanoTime().getAsLong();
    }

    /** Tries that failed since the start or the last progress. */
    public int failures() {
        return failures;
    }

    /** The work moved on: attempts and deadline count from now. */
    public void progressed() {
        failures = 0;
        startNanos = policy.nanoTime().getAsLong();
    }

    /**
     * Counts a failed try and waits before the next one.
     *
     * @param serverWait what the server asked for
     * @return false, without waiting, if no further try is allowed
     * @throws CancelledException if interrupted while waiting
     */
    public boolean pause(Optional<Duration> serverWait) {
        failures++;
        if (failures >= policy.maxAttempts()
                || serverWait
                        .filter(w -> w.compareTo(policy.maxServerWait()) > 0)
                        .isPresent()) {
            return false;
        }
        // Full jitter also on top of a server's wait: all its clients were told the same moment.
        Duration wait = serverWait.map(w -> w.plus(jitter(policy.base()))).orElseGet(() -> jitter(ceiling()));
        long elapsed = policy.nanoTime().getAsLong() - startNanos;
        if (elapsed + wait.toNanos() > policy.deadline().toNanos()) {
            return false;
        }
        try {
            policy.sleeper().sleep(wait);
        } catch (InterruptedException e) {
            throw CancelledException.interrupted(work, e);
        }
        return true;
    }

    private Duration ceiling() {
        long factor = 1L << Math.min(failures - 1, MAX_DOUBLINGS);
        long millis = Math.min(policy.cap().toMillis(), policy.base().toMillis() * factor);
        return Duration.ofMillis(millis);
    }

    private Duration jitter(Duration ceiling) {
        return Duration.ofNanos((long) (ceiling.toNanos() * policy.random().getAsDouble()));
    }
}
