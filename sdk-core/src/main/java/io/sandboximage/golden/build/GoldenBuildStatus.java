package io.sandboximage.golden.build;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a project's builds stand on one host.
 *
 * @param buildId of the build that this tells of; empty if there was none
 * @param reasons of that build
 * @param attempt counted from 1; 0 if there was no build
 * @param finished when it ended
 * @param error why it failed, was cancelled, or is tried again; empty otherwise
 * @param log of the build
 * @param generation that serves because of the last build that was published
 * @param ready when that was
 * @param pending why another build follows; empty if none does
 */
public record GoldenBuildStatus(
        String project,
        String host,
        GoldenBuildState state,
        String buildId,
        List<String> reasons,
        int attempt,
        Optional<Instant> started,
        Optional<Instant> finished,
        String error,
        Optional<Path> log,
        Optional<String> generation,
        Optional<Instant> ready,
        List<String> pending) {
    public GoldenBuildStatus {
        reasons = List.copyOf(reasons);
        pending = List.copyOf(pending);
    }

    static GoldenBuildStatus none(String project, String host) {
        return new GoldenBuildStatus(
                project,
                host,
                GoldenBuildState.NONE,
                "",
                List.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** Whether nothing runs and nothing follows. */
    public boolean settled() {
        return pending.isEmpty() && !unfinished();
    }

    /** Whether it builds, or will try again. */
    boolean unfinished() {
        return state == GoldenBuildState.BUILDING || state == GoldenBuildState.RETRYING;
    }

    GoldenBuildStatus begun(String id, List<String> why, int newAttempt, Instant at, Path newLog) {
        return new GoldenBuildStatus(
                project,
                host,
                GoldenBuildState.BUILDING,
                id,
                why,
                newAttempt,
                Optional.of(at),
                Optional.empty(),
                "",
                Optional.of(newLog),
                generation,
                ready,
                pending);
    }

    GoldenBuildStatus ended(GoldenBuildState newState, String newError, Instant at) {
        return new GoldenBuildStatus(
                project,
                host,
                newState,
                buildId,
                reasons,
                attempt,
                started,
                Optional.of(at),
                newError,
                log,
                generation,
                ready,
                pending);
    }

    GoldenBuildStatus published(String newGeneration, Instant at) {
        return new GoldenBuildStatus(
                project,
                host,
                GoldenBuildState.READY,
                buildId,
                reasons,
                attempt,
                started,
                Optional.of(at),
                "",
                log,
                Optional.of(newGeneration),
                Optional.of(at),
                pending);
    }

    GoldenBuildStatus withPending(List<String> why) {
        return new GoldenBuildStatus(
                project, host, state, buildId, reasons, attempt, started, finished, error, log, generation, ready, why);
    }
}
