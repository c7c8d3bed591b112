package io.sandboximage.report;

import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressFacts;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why steps of a build were taken from its cache or not, as far as that can be told: a daemon says only that, so the graph of the
 * steps and the previous run have to say why. Runs are compared by the steps' names: their digests differ in each, since they hold
 * the session that files come from.
 */
final class CacheReasons {
    private static final String CONTEXT = "[internal] load build context";

    private final Map<String, ReportTask> byDigest = new HashMap<>();
    private final @Nullable PreviousRun previous;

    CacheReasons(List<ReportTask> vertexes, @Nullable PreviousRun previous) {
        this.previous = previous;
        vertexes.forEach(vertex -> byDigest.put(digest(vertex), vertex));
    }

    /** Whether it is housekeeping that no cache could spare: reading the Dockerfile, finding the base, exporting. */
    static boolean housekeeping(ReportTask vertex) {
        String name = vertex.label();
        return name.startsWith("[internal]")
                || name.startsWith("exporting ")
                || name.startsWith("importing ")
                || name.startsWith("resolve ")
                || name.startsWith("docker-image://")
                || name.contains("] FROM ");
    }

    String why(ReportTask vertex) {
        Optional<ProgressEvent.Outcome> outcome = vertex.outcome();
        if (outcome.isEmpty()) {
            return "it did not end";
        }
        return switch (outcome.get()) {
            case CACHED -> cached(vertex);
            case FAILED -> "it failed";
            case CANCELLED -> "the build was stopped";
            case DONE -> ran(vertex);
        };
    }

    private String cached(ReportTask vertex) {
        if (previous == null) {
            return "nothing that it depends on has changed";
        }
        return previous.hasVertexNamed(vertex.label())
                ? "the same as in the previous run"
                : "known from an earlier build, not from the previous run";
    }

    private String ran(ReportTask vertex) {
        if (housekeeping(vertex)) {
            return "done in every build";
        }
        Optional<ReportTask> cause = inputs(vertex).filter(this::reran).findFirst();
        if (cause.isPresent()) {
            return "follows " + cause.get().label() + ", which ran";
        }
        boolean files = inputs(vertex).anyMatch(input -> input.label().startsWith(CONTEXT));
        if (previous == null) {
            return files
                    ? "its files or its instruction are new to the cache"
                    : "its result was not in the cache; there is no previous run to compare with";
        }
        if (!previous.hasVertexNamed(vertex.label())) {
            return "the instruction is new";
        }
        return files
                ? "the files that it takes from the context have changed"
                : "the instruction is the same: its base or an argument has changed, or the cache has lost it";
    }

    private boolean reran(ReportTask input) {
        return !housekeeping(input)
                && input.outcome().filter(o -> o == ProgressEvent.Outcome.DONE).isPresent();
    }

    private Stream<ReportTask> inputs(ReportTask vertex) {
        String digests = vertex.fact(ProgressFacts.VERTEX).getOrDefault(ProgressFacts.INPUTS, "");
        return Arrays.stream(digests.split(" ")).map(byDigest::get).filter(Objects::nonNull);
    }

    private static String digest(ReportTask vertex) {
        return vertex.fact(ProgressFacts.VERTEX).getOrDefault(ProgressFacts.DIGEST, "");
    }
}
