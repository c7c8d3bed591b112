package io.sandboximage.examples.service;

import io.sandboximage.Delivery;
import io.sandboximage.PipelineResult;
import io.sandboximage.PipelineRun;
import io.sandboximage.Snapshot;
import io.sandboximage.StepReport;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One order on its way: waiting, running, or ended. Thread-safe. */
final class PipelineJob implements Runnable {
    private static final int MAX_EVENTS = 5_000;

    private final String id;
    private final PipelineOrder order;
    private final Pipelines pipelines;
    private final EventLog events = new EventLog(MAX_EVENTS);
    private final ReentrantLock lock = new ReentrantLock();
    private State state = State.WAITING;
    private boolean cancelled;
    private String error = "";
    private List<StepReport> steps = List.of();
    private @Nullable PipelineRun run;
    private @Nullable PipelineResult result;

    enum State {
        WAITING,
        RUNNING,
        DONE,
        FAILED,
        CANCELLED;

        boolean ended() {
            return this != WAITING && this != RUNNING;
        }
    }

    PipelineJob(String id, PipelineOrder order, Pipelines pipelines) {
        this.id = id;
        this.order = order;
        this.pipelines = pipelines;
    }

    String id() {
        return id;
    }

    EventLog events() {
        return events;
    }

    /** Runs it, in a thread of the service's that does nothing else meanwhile. */
    @Override
    public void run() {
        try {
            PipelineRun started = start();
            if (started != null) {
                end(State.DONE, started.resultOrCancel(), "");
            }
        } catch (CancelledException e) {
            end(State.CANCELLED, null, "");
        } catch (SandboxImageException e) {
            end(State.FAILED, null, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            // A mistake of the service's: clients get no details of it.
            end(State.FAILED, null, "internal error (" + e.getClass().getSimpleName() + ")");
            throw e;
        }
    }

    private @Nullable PipelineRun start() {
        lock.lock();
        try {
            if (state != State.WAITING) {
                return null;
            }
            state = State.RUNNING;
        } finally {
            lock.unlock();
        }
        PipelineRun started =
                pipelines.pipeline(id, order).progress(events).build().start();
        lock.lock();
        try {
            run = started;
            if (cancelled) {
                started.cancel();
            }
        } finally {
            lock.unlock();
        }
        return started;
    }

    private void end(State how, @Nullable PipelineResult made, String why) {
        lock.lock();
        try {
            state = how;
            error = why;
            result = made;
            if (run != null) {
                steps = run.steps();
                // It holds all events once more.
                run = null;
            }
        } finally {
            lock.unlock();
        }
        events.close();
    }

    /**
     * Asks it to stop, and returns at once.
     *
     * @return whether it had not begun, so that it will not
     */
    boolean cancel() {
        lock.lock();
        try {
            cancelled = true;
            if (run != null) {
                run.cancel();
            }
            if (state != State.WAITING) {
                return false;
            }
            state = State.CANCELLED;
        } finally {
            lock.unlock();
        }
        events.close();
        return true;
    }

    State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /** For clients. */
    Map<String, Object> json() {
        lock.lock();
        try {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("id", id);
            json.put("state", lower(state));
            json.put("context", order.context());
            json.put("image", order.image());
            if (!error.isEmpty()) {
                json.put("error", error);
            }
            PipelineRun running = run;
            json.put(
                    "steps",
                    (running == null ? steps : running.steps())
                            .stream().map(PipelineJob::json).toList());
            if (result != null) {
                json.put("digest", result.image().digest().toString());
                json.put(
                        "deliveries",
                        result.deliveries().stream().map(Delivery::destination).toList());
                json.put(
                        "snapshots",
                        result.snapshots().stream().map(Snapshot::reference).toList());
                json.put("tookMillis", result.took().toMillis());
            }
            return json;
        } finally {
            lock.unlock();
        }
    }

    private static Map<String, Object> json(StepReport step) {
        return Map.of(
                "kind", lower(step.kind()),
                "name", step.name(),
                "outcome", lower(step.outcome()),
                "tookMillis", step.took().toMillis());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
