package io.sandboximage.golden.build;

import io.sandboximage.error.InvalidRequestException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How one project's golden cache is built, and when without being asked. Immutable.
 *
 * @param inputs what the golden depends on, for {@link GoldenBuildService#staleness}
 * @param watch how often the inputs are looked at, to build when one changed: of git refs, for instance
 * @param every how often it is built whether or not anything changed
 * @param quiet how long after a trigger a build begins, so that triggers that come together make one build
 * @param timeLimit of one attempt; the only limit there is
 * @param attempts how often a build is tried that failed by something that may pass
 * @param backoff before the second attempt; doubled for each further one
 */
public record GoldenProject(
        String name,
        GoldenFiller filler,
        List<GoldenInput> inputs,
        Optional<Duration> watch,
        Optional<Duration> every,
        Duration quiet,
        Duration timeLimit,
        int attempts,
        Duration backoff) {
    private static final Duration DEFAULT_QUIET = Duration.ofSeconds(5);
    private static final Duration DEFAULT_LIMIT = Duration.ofHours(6);
    private static final Duration DEFAULT_BACKOFF = Duration.ofSeconds(30);
    private static final int DEFAULT_ATTEMPTS = 3;

    public GoldenProject {
        inputs = List.copyOf(inputs);
        if (name.isEmpty()) {
            throw new InvalidRequestException("A project of golden caches needs a name");
        }
        if (attempts < 1) {
            throw new InvalidRequestException("The project " + name + " needs at least one attempt, not " + attempts);
        }
        watch.ifPresent(interval -> requirePositive(interval, "watch", name));
        every.ifPresent(interval -> requirePositive(interval, "every", name));
        requirePositive(timeLimit, "timeLimit", name);
    }

    /** Built only when asked: five seconds after a trigger, for at most six hours, three times at most. */
    public static GoldenProject of(String name, GoldenFiller filler) {
        return new GoldenProject(
                name,
                filler,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                DEFAULT_QUIET,
                DEFAULT_LIMIT,
                DEFAULT_ATTEMPTS,
                DEFAULT_BACKOFF);
    }

    public GoldenProject inputs(GoldenInput... newInputs) {
        return new GoldenProject(name, filler, List.of(newInputs), watch, every, quiet, timeLimit, attempts, backoff);
    }

    /** Builds when an input changed. */
    public GoldenProject watch(Duration interval) {
        return new GoldenProject(
                name, filler, inputs, Optional.of(interval), every, quiet, timeLimit, attempts, backoff);
    }

    /** Builds on a schedule. */
    public GoldenProject every(Duration interval) {
        return new GoldenProject(
                name, filler, inputs, watch, Optional.of(interval), quiet, timeLimit, attempts, backoff);
    }

    public GoldenProject quiet(Duration duration) {
        return new GoldenProject(name, filler, inputs, watch, every, duration, timeLimit, attempts, backoff);
    }

    public GoldenProject timeLimit(Duration duration) {
        return new GoldenProject(name, filler, inputs, watch, every, quiet, duration, attempts, backoff);
    }

    public GoldenProject retries(int newAttempts, Duration newBackoff) {
        return new GoldenProject(name, filler, inputs, watch, every, quiet, timeLimit, newAttempts, newBackoff);
    }

    private static void requirePositive(Duration duration, String what, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new InvalidRequestException(
                    "The duration \"" + what + "\" of the project " + name + " must be positive, not " + duration);
        }
    }
}
