package io.sandboximage.testkit.daytona;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The accounts that a transient registry takes: made for one push each, good for a while. Thread-safe. */
public final class RobotAccounts {
    private final Clock clock;
    private final Map<String, Robot> robots = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();

    public RobotAccounts(Clock clock) {
        this.clock = clock;
    }

    /** An account. Its name holds characters that a shell would read. */
    public record Robot(String username, String secret, Instant expiresAt) {}

    public Robot make(Duration life) {
        String name = "robot$project+" + made.incrementAndGet();
        Robot robot =
                new Robot(name, UUID.randomUUID().toString(), clock.instant().plus(life));
        robots.put(name, robot);
        return robot;
    }

    /** How many were made. */
    public int made() {
        return made.get();
    }

    /** Ends all accounts at once, whatever they were promised. */
    public void revokeAll() {
        robots.clear();
    }

    public boolean accepts(String username, String secret) {
        Robot robot = robots.get(username);
        return robot != null && robot.secret().equals(secret) && clock.instant().isBefore(robot.expiresAt());
    }
}
