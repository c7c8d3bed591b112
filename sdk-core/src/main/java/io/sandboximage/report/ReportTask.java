package io.sandboximage.report;

import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressFacts;
import io.sandboximage.progress.ProgressUnit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the events of a run tell of one task. Not thread-safe. */
final class ReportTask {
    private static final int LOG_LINES = 20;
    private static final int MAX_WARNINGS = 20;

    private final ProgressEvent.Started started;
    private final SecretMask mask;
    private final String label;
    private final List<ReportTask> children = new ArrayList<>();
    private final Map<String, Map<String, String>> facts = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final Deque<String> log = new ArrayDeque<>();
    private ProgressEvent.@Nullable Finished finished;

    /** @param mask takes secrets out of all that is said here */
    ReportTask(ProgressEvent.Started started, SecretMask mask) {
        this.started = started;
        this.mask = mask;
        this.label = mask.apply(started.label());
    }

    void add(ReportTask child) {
        children.add(child);
    }

    void fact(ProgressEvent.Fact fact) {
        facts.put(fact.name(), mask.apply(fact.values()));
    }

    void message(ProgressEvent.Message message) {
        if (message.level() == ProgressEvent.Level.WARNING && warnings.size() < MAX_WARNINGS) {
            warnings.add(mask.apply(message.text()));
        }
        log.add(message.text());
        if (log.size() > LOG_LINES) {
            log.remove();
        }
    }

    void finish(ProgressEvent.Finished event) {
        finished = event;
    }

    String label() {
        return label;
    }

    List<ReportTask> children() {
        return children;
    }

    List<String> warnings() {
        return warnings;
    }

    /** The last lines of its output. */
    List<String> log() {
        return log.stream().map(mask).toList();
    }

    /** The values of a fact; none where it was not told. */
    Map<String, String> fact(String name) {
        return facts.getOrDefault(name, Map.of());
    }

    boolean has(String fact) {
        return facts.containsKey(fact);
    }

    Instant startedAt() {
        return started.at();
    }

    /** @param end where the run ends, for tasks that did not */
    Instant endedAt(Instant end) {
        return finished == null ? end : finished.at();
    }

    Duration took(Instant end) {
        Duration took = Duration.between(startedAt(), endedAt(end));
        return took.isNegative() ? Duration.ZERO : took;
    }

    Optional<ProgressEvent.Outcome> outcome() {
        return Optional.ofNullable(finished).map(ProgressEvent.Finished::outcome);
    }

    String detail() {
        return finished == null ? "" : mask.apply(finished.detail());
    }

    /** Bytes that it moved, as counted. */
    long bytes() {
        return finished == null || started.unit() != ProgressUnit.BYTES ? 0 : finished.done();
    }

    boolean failed() {
        return outcome().filter(o -> o == ProgressEvent.Outcome.FAILED).isPresent();
    }

    boolean cached() {
        return outcome().filter(o -> o == ProgressEvent.Outcome.CACHED).isPresent();
    }

    boolean vertex() {
        return has(ProgressFacts.VERTEX);
    }
}
