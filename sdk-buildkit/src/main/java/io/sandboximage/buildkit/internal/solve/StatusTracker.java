package io.sandboximage.buildkit.internal.solve;

import io.sandboximage.buildkit.internal.proto.StatusResponse;
import io.sandboximage.buildkit.internal.proto.Vertex;
import io.sandboximage.buildkit.internal.proto.VertexLog;
import io.sandboximage.buildkit.internal.proto.VertexStatus;
import io.sandboximage.buildkit.internal.proto.VertexWarning;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressFacts;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Turns a daemon's status stream into progress: a task for each step, children for its transfers, its output as messages. */
final class StatusTracker {
    /** A step that has been complete for this long will not go on. */
    private static final Duration SETTLED = Duration.ofMillis(500);
    /** How the errors of steps end that were stopped because another one failed. */
    private static final String CANCELLED = "context canceled";

    private final ProgressTask parent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Step> steps = new HashMap<>();
    private final DaemonClock clock = new DaemonClock();
    private boolean closed;

    StatusTracker(ProgressTask parent) {
        this.parent = parent;
    }

    private static final class Step {
        private final String name;
        private final ProgressTask task;
        private final Map<String, Part> parts = new HashMap<>();
        private final LogTail log = new LogTail();
        private @Nullable Vertex completed;
        private long completedNanos;
        private boolean ended;

        Step(String name, ProgressTask task) {
            this.name = name;
            this.task = task;
        }

        boolean hasFailed() {
            return completed != null
                    && !completed.getError().isEmpty()
                    && !completed.getError().endsWith(CANCELLED);
        }
    }

    private static final class Part {
        private final ProgressTask task;
        private long current;

        Part(ProgressTask task) {
            this.task = task;
        }
    }

    void accept(StatusResponse response) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            clock.hear(response);
            response.getVertexesList().forEach(this::vertex);
            response.getStatusesList().forEach(this::status);
            response.getLogsList().forEach(this::log);
            response.getWarningsList().forEach(this::warning);
            endCompleted(SETTLED.toNanos());
        } finally {
            lock.unlock();
        }
    }

    /** Digest of the step that failed, as far as the stream told; several may have been cancelled because of it. */
    Optional<String> failed() {
        lock.lock();
        try {
            return steps.entrySet().stream()
                    .filter(step -> step.getValue().hasFailed())
                    .map(Map.Entry::getKey)
                    .findFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Name of a step by its digest. */
    Optional<String> name(String digest) {
        lock.lock();
        try {
            return Optional.ofNullable(steps.get(digest)).map(step -> step.name);
        } finally {
            lock.unlock();
        }
    }

    /** The last lines that a step wrote. */
    List<String> logTail(String digest) {
        lock.lock();
        try {
            Step step = steps.get(digest);
            return step == null ? List.of() : step.log.lines();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the tasks that are still open, with the failure if there is one; later events are dropped. */
    void close(@Nullable RuntimeException failure) {
        lock.lock();
        try {
            closed = true;
            endCompleted(0);
            for (Step step : steps.values()) {
                step.log.rest().ifPresent(step.task::info);
                for (Part part : step.parts.values()) {
                    end(part.task, failure);
                }
                end(step.task, failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void end(ProgressTask task, @Nullable RuntimeException failure) {
        if (failure == null) {
            task.done();
        } else {
            task.failed(failure);
        }
    }

    private void vertex(Vertex vertex) {
        Step step = steps.get(vertex.getDigest());
        if (step == null) {
            // Announced steps that never start stay unseen: they were not needed.
            if (!vertex.hasStarted() && !vertex.getCached()) {
                return;
            }
            step = new Step(vertex.getName(), parent.child(vertex.getName(), clock.here(vertex.getStarted())));
            step.task.fact(
                    ProgressFacts.VERTEX,
                    Map.of(
                            ProgressFacts.DIGEST, vertex.getDigest(),
                            ProgressFacts.INPUTS, String.join(" ", vertex.getInputsList())));
            steps.put(vertex.getDigest(), step);
        }
        if (vertex.getError().isEmpty() && !vertex.hasCompleted()) {
            step.completed = null;
            return;
        }
        step.completed = vertex;
        step.task.endedAt(clock.here(vertex.getCompleted()));
        step.completedNanos = System.nanoTime();
    }

    /** Ends steps that completed a while ago: a step may go on after it completed, for instance once for every requester. */
    private void endCompleted(long forNanos) {
        long now = System.nanoTime();
        for (Step step : steps.values()) {
            if (step.completed != null && !step.ended && now - step.completedNanos >= forNanos) {
                end(step, step.completed);
            }
        }
    }

    private static void end(Step step, Vertex vertex) {
        step.ended = true;
        step.log.rest().ifPresent(step.task::info);
        step.parts.values().forEach(part -> part.task.done());
        if (vertex.getError().endsWith(CANCELLED)) {
            step.task.failed(new CancelledException(vertex.getError()));
        } else if (!vertex.getError().isEmpty()) {
            step.task.failed(new UnavailableException(vertex.getError()));
        } else if (vertex.getCached()) {
            step.task.cached("");
        } else {
            step.task.done();
        }
    }

    private void status(VertexStatus status) {
        Step step = steps.get(status.getVertex());
        if (step == null || step.ended) {
            return;
        }
        Part part = step.parts.get(status.getID());
        if (part == null) {
            String label = status.getName().isEmpty() ? status.getID() : status.getName();
            long total = status.getTotal() > 0 ? status.getTotal() : -1;
            // Some parts have no measure; only those that count move bytes.
            ProgressUnit unit = total < 0 && status.getCurrent() == 0 && status.hasCompleted()
                    ? ProgressUnit.STEPS
                    : ProgressUnit.BYTES;
            part = new Part(step.task.child(label, unit, total));
            step.parts.put(status.getID(), part);
        }
        if (status.getTotal() > 0) {
            part.task.total(status.getTotal());
        }
        if (status.getCurrent() > part.current) {
            part.task.advance(status.getCurrent() - part.current);
            part.current = status.getCurrent();
        }
        if (status.hasCompleted()) {
            part.task.done();
        }
    }

    private void log(VertexLog log) {
        Step step = steps.get(log.getVertex());
        if (step != null) {
            step.log.append(log.getMsg(), step.task::info);
        }
    }

    private void warning(VertexWarning warning) {
        Step step = steps.get(warning.getVertex());
        ProgressTask task = step == null ? parent : step.task;
        task.warn(warning.getShort().toStringUtf8());
    }
}
