package io.sandboximage.progress;

import io.sandboximage.internal.text.Units;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The tasks that are under way, as the events tell it. Not thread-safe. */
final class TaskBoard {
    /** A task under way. */
    static final class Task {
        private final ProgressEvent.Started started;
        private final @Nullable Task parent;
        private final int depth;
        private final TaskParts parts = new TaskParts();
        private final TaskSpeed speed;
        private boolean step;
        private long done;
        private OptionalLong total;

        Task(ProgressEvent.Started started, @Nullable Task parent) {
            this.started = started;
            this.parent = parent;
            this.depth = parent == null ? 0 : parent.depth + 1;
            this.total = started.total();
            this.speed = new TaskSpeed(started.at());
        }

        /** Whether it is part of a step of a pipeline, which tells its end for it. */
        boolean belowStep() {
            return parent != null && (parent.step || parent.belowStep());
        }

        /** What its parts have come to. */
        TaskParts parts() {
            return parts;
        }

        /** Bytes a second of late; of its own, or of its parts together. */
        TaskSpeed speed() {
            return speed;
        }

        /** Bytes that are done, its parts' where it counts none itself. */
        long bytes() {
            return unit() == ProgressUnit.BYTES ? done : parts.bytes();
        }

        /** Of how many; 0 where unknown. */
        long totalBytes() {
            return unit() == ProgressUnit.BYTES ? total.orElse(0) : parts.totalBytes();
        }

        private void moved(long more, Instant at) {
            speed.moved(more, at);
            if (parent != null && parent.unit() == ProgressUnit.STEPS) {
                parent.parts.moved(more);
                parent.speed.moved(more, at);
            }
        }

        String label() {
            return Units.printable(started.label());
        }

        /** 0 for the root. */
        int depth() {
            return depth;
        }

        ProgressUnit unit() {
            return started.unit();
        }

        long done() {
            return done;
        }

        OptionalLong total() {
            return total;
        }

        Instant startedAt() {
            return started.at();
        }

        Duration age(Instant now) {
            return Duration.between(started.at(), now);
        }
    }

    private final Map<Long, Task> tasks = new LinkedHashMap<>();
    private String lastFailure = "";

    Task start(ProgressEvent.Started started) {
        Task parent = started.parent().map(tasks::get).orElse(null);
        Task task = new Task(started, parent);
        if (parent != null) {
            parent.parts.begun(started);
        }
        if (started.task() == 0) {
            tasks.clear(); // A new run.
            lastFailure = "";
        }
        tasks.put(started.task(), task);
        return task;
    }

    @Nullable
    Task advance(ProgressEvent.Advanced advanced) {
        Task task = tasks.get(advanced.task());
        if (task != null) {
            if (task.unit() == ProgressUnit.BYTES) {
                task.moved(advanced.done() - task.done, advanced.at());
            }
            task.done = advanced.done();
            task.total = advanced.total();
        }
        return task;
    }

    /** Takes the task off the board. */
    @Nullable
    Task finish(ProgressEvent.Finished finished) {
        Task task = tasks.remove(finished.task());
        if (task != null) {
            if (task.unit() == ProgressUnit.BYTES) {
                task.moved(finished.done() - task.done, finished.at());
            }
            task.done = finished.done();
            if (task.parent != null) {
                task.parent.parts.ended(finished.outcome(), task.unit(), task.done, task.total.orElse(0));
            }
        }
        return task;
    }

    void fact(ProgressEvent.Fact fact) {
        Task task = tasks.get(fact.task());
        if (task == null) {
            return;
        }
        switch (fact.name()) {
            case ProgressFacts.STEP -> task.step = true;
            case ProgressFacts.EXPECTED -> task.parts.expect(fact.values().get(ProgressFacts.SIZE_BYTES));
            case ProgressFacts.VERTEX -> {
                if (task.parent != null) {
                    task.parent.parts.counted();
                }
            }
            default -> {}
        }
    }

    /**
     * The result of a task that has ended. Where tasks fail one inside the other for the same reason, only the innermost one, which
     * ends first, tells it.
     */
    String result(Task task, ProgressEvent.Finished finished) {
        boolean told = !finished.detail().isEmpty() && finished.detail().equals(lastFailure);
        if (finished.outcome() == ProgressEvent.Outcome.FAILED
                || finished.outcome() == ProgressEvent.Outcome.CANCELLED) {
            lastFailure = finished.detail();
        }
        return TaskText.result(task, finished, told ? "" : finished.detail());
    }

    @Nullable
    Task get(long id) {
        return tasks.get(id);
    }

    /** Each task after its parent, siblings in the order in which they started. */
    List<Task> active() {
        List<Task> ordered = new ArrayList<>();
        tasks.values().stream().filter(t -> t.depth == 0).forEach(t -> addWithChildren(t, tasks.values(), ordered));
        return ordered;
    }

    private static void addWithChildren(Task task, Collection<Task> all, List<Task> ordered) {
        ordered.add(task);
        for (Task other : all) {
            if (other.started.parent().filter(p -> p == task.started.task()).isPresent()) {
                addWithChildren(other, all, ordered);
            }
        }
    }
}
