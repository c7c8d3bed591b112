package io.sandboximage.testkit.daytona;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves only when somebody sleeps by it, or moves it: hours pass in milliseconds. Thread-safe. */
public final class ScriptedClock extends Clock {
    private final Instant start;
    private final AtomicLong passedNanos = new AtomicLong();

    private ScriptedClock(Instant start) {
        this.start = start;
    }

    /** One that begins at the same moment each time. */
    public static ScriptedClock start() {
        return new ScriptedClock(Instant.parse("2026-11-01T12:00:00Z"));
    }

    /** One that begins now, for clients that live in real time. */
    public static ScriptedClock startNow() {
        return new ScriptedClock(Instant.now());
    }

    @Override
    public Instant instant() {
        return start.plusNanos(passedNanos.get());
    }

    /** Lets time pass. */
    public void advance(Duration time) {
        passedNanos.addAndGet(time.toNanos());
    }

    /** Lets the time pass that a sleeper would sleep; ends like a sleep where the thread is interrupted. */
    public void sleep(Duration time) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        advance(time);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock is in UTC");
    }
}
