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
        private final int depth;
        private long done;
        private OptionalLong total;

        Task(ProgressEvent.Started started, int depth) {
            this.started = started;
            this.depth = depth;
            this.total = started.total();
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
        Task task = new Task(started, parent == null ? 0 : parent.depth + 1);
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
            task.done = finished.done();
        }
        return task;
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
