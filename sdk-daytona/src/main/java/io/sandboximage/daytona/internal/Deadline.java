package io.sandboximage.daytona.internal;

import io.sandboximage.error.DeadlineExceededException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** The end of a wait, and pauses on the way there that grow. Used by one thread. */
public final class Deadline {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Pace pace;
    private final Duration limit;
    private final Instant start;
    private Duration pause = FIRST_PAUSE;

    public Deadline(Pace pace, Duration limit) {
        this.pace = pace;
        this.limit = limit;
        this.start = pace.now();
    }

    public Duration limit() {
        return limit;
    }

    public Duration elapsed() {
        return Duration.between(start, pace.now());
    }

    public Duration left() {
        return limit.minus(elapsed());
    }

    public boolean passed() {
        return left().isNegative() || left().isZero();
    }

    /** Short pauses again: something happened. */
    public void progressed() {
        pause = FIRST_PAUSE;
    }

    /**
     * Waits before the next look.
     *
     * @param work what goes on meanwhile, for the message of a cancellation
     * @param expired the message where the time has passed
     * @throws DeadlineExceededException if the time has passed
     */
    public void pause(String work, Supplier<String> expired) {
        pause(pause, work, expired);
        pause = min(pause.plus(pause.dividedBy(2)), LONGEST_PAUSE);
    }

    /** Like {@link #pause(String, Supplier)}, of a given length. */
    public void pause(Duration wanted, String work, Supplier<String> expired) {
        if (passed()) {
            throw new DeadlineExceededException(expired.get(), limit);
        }
        pace.sleep(min(wanted, left()), work);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
