package io.sandboximage.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** How fast bytes move, with what was longer ago counting less. Not thread-safe. */
final class TaskSpeed {
    private static final double HALF_LIFE_SECONDS = 3;
    /** Before that a speed is a guess. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private static final double NANOS = 1e9;

    private final Instant start;
    private Instant last;
    /** Bytes and seconds, both worth less the older they are. */
    private double bytes;

    private double seconds;

    TaskSpeed(Instant start) {
        this.start = start;
        this.last = start;
    }

    void moved(long more, Instant at) {
        age(at);
        bytes += more;
    }

    private void age(Instant at) {
        double passed = Math.max(0, Duration.between(last, at).toNanos() / NANOS);
        double worth = Math.pow(0.5, passed / HALF_LIFE_SECONDS);
        bytes *= worth;
        seconds = seconds * worth + passed;
        last = at.isAfter(last) ? at : last;
    }

    /** Nothing before there is something to tell. */
    OptionalLong bytesPerSecond(Instant now) {
        if (Duration.between(start, now).compareTo(SETTLED) < 0) {
            return OptionalLong.empty();
        }
        age(now);
        long speed = seconds <= 0 ? 0 : (long) (bytes / seconds);
        return speed <= 0 ? OptionalLong.empty() : OptionalLong.of(speed);
    }
}
