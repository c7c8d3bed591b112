package io.sandboximage.report;

import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run as its events tell it; a new root begins anew. Not thread-safe. */
final class ReportRun {
    /** More tasks than these are counted, not kept: a report is for people. */
    private static final int MAX_TASKS = 20_000;

    private final Map<Long, ReportTask> tasks = new HashMap<>();
    private final List<Map<String, String>> layers = new ArrayList<>();
    private final SecretMask mask;
    private @Nullable ReportTask root;
    private Instant last = Instant.EPOCH;
    private int dropped;

    ReportRun(SecretMask mask) {
        this.mask = mask;
    }

    void accept(ProgressEvent event) {
        if (event instanceof ProgressEvent.Started started) {
            start(started);
        }
        last = event.at().isAfter(last) ? event.at() : last;
        ReportTask task = tasks.get(event.task());
        if (task == null) {
            return;
        }
        if (event instanceof ProgressEvent.Message message) {
            task.message(message);
        } else if (event instanceof ProgressEvent.Finished finished) {
            task.finish(finished);
        } else if (event instanceof ProgressEvent.Fact fact) {
            if (fact.name().equals(ProgressFacts.LAYER)) {
                layers.add(mask.apply(fact.values()));
            } else {
                task.fact(fact);
            }
        }
    }

    private void start(ProgressEvent.Started started) {
        if (started.task() == 0) {
            tasks.clear();
            layers.clear();
            last = Instant.EPOCH;
            dropped = 0;
        } else if (tasks.size() >= MAX_TASKS) {
            dropped++;
            return;
        }
        ReportTask task = new ReportTask(started, mask);
        tasks.put(started.task(), task);
        if (started.task() == 0) {
            root = task;
        } else {
            started.parent().map(tasks::get).ifPresent(parent -> parent.add(task));
        }
    }

    boolean begun() {
        return root != null;
    }

    ReportTask root() {
        if (root == null) {
            throw new IllegalStateException("no run has begun");
        }
        return root;
    }

    int dropped() {
        return dropped;
    }

    Instant start() {
        return root().startedAt();
    }

    /** When it ended, or the last that was heard of it. */
    Instant end() {
        return root().endedAt(last);
    }

    Duration took() {
        return root().took(last);
    }

    boolean succeeded() {
        return root().outcome()
                .filter(o -> o == ProgressEvent.Outcome.DONE || o == ProgressEvent.Outcome.CACHED)
                .isPresent();
    }

    /** The steps of the run in the order in which they began. */
    List<ReportTask> steps() {
        return root().children();
    }

    /** What build daemons did, in the order in which it began. */
    List<ReportTask> vertexes() {
        return allTasks().stream().filter(ReportTask::vertex).toList();
    }

    /** All tasks, each after its parent. */
    List<ReportTask> allTasks() {
        List<ReportTask> found = new ArrayList<>();
        collect(root(), found);
        return found;
    }

    private static void collect(ReportTask task, List<ReportTask> found) {
        found.add(task);
        task.children().forEach(child -> collect(child, found));
    }

    List<Map<String, String>> layers() {
        return layers;
    }

    /** Digest of the image, also where nobody had to read it. */
    Optional<String> image() {
        Optional<String> told =
                Optional.ofNullable(root().fact(ProgressFacts.IMAGE).get(ProgressFacts.DIGEST));
        return told.or(() -> steps().stream()
                .filter(step -> "image".equals(step.fact(ProgressFacts.STEP).get(ProgressFacts.KIND)))
                .map(ReportTask::detail)
                .filter(detail -> detail.startsWith("sha"))
                .findFirst());
    }

    /** Bytes of all its blobs; 0 where unknown. */
    long imageBytes() {
        return Facts.number(root().fact(ProgressFacts.IMAGE), ProgressFacts.SIZE_BYTES);
    }
}
