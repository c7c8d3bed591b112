package io.sandboximage.golden.build;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.golden.GoldenDraft;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.internal.io.InterprocessLock;
import io.sandboximage.progress.ProgressTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One build with all its attempts. Its result is its own: nothing is told of it by what another build left. */
final class BuildRun {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(BuildRun.class);
    private static final int RANDOM_PART = 8;
    private static final String SERVICE_ENDED = "Its service ended; the next one builds again";
    private static final String BUILD_LABEL = "golden.build";

    /** Why the thread of an attempt was interrupted. */
    private enum Stop {
        NO,
        CANCELLED,
        TIME_LIMIT,
        SHUT_DOWN
    }

    /** @param again when the next attempt is due; empty if the build is over */
    record Outcome(Optional<Duration> again) {
        static final Outcome OVER = new Outcome(Optional.empty());
    }

    private final GoldenProject project;
    private final Services services;
    private final String id;
    private final List<String> reasons;
    private final Instant since;
    private final ReentrantLock lock = new ReentrantLock();
    private Stop stop = Stop.NO;
    private @Nullable Thread thread;
    private boolean waiting;
    private int attempt;

    BuildRun(GoldenProject project, Services services, List<String> reasons, Instant since) {
        this.project = project;
        this.services = services;
        this.reasons = new ArrayList<>(reasons);
        this.since = since;
        this.id = ID_TIME.format(services.clock().instant()) + "-"
                + UUID.randomUUID().toString().substring(0, RANDOM_PART);
    }

    /** Stops it; true if no thread works on it, so that the caller has to end it. */
    boolean cancel() {
        return stop(Stop.CANCELLED);
    }

    /** Like {@link #cancel}, but the next service builds again. */
    boolean shutDown() {
        return stop(Stop.SHUT_DOWN);
    }

    private boolean stop(Stop why) {
        lock.lock();
        try {
            if (stop == Stop.NO) {
                stop = why;
                Thread working = thread;
                if (working != null) {
                    working.interrupt();
                }
            }
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** What was asked for and is not yet written down as being built. */
    interface Asked {
        /** When the latest of it came. */
        Instant latest();

        /** All of it is part of this build from here on. */
        List<String> take();
    }

    Outcome attempt(Asked asked) {
        if (!enter()) {
            return Outcome.OVER;
        }
        Outcome outcome = Outcome.OVER;
        try {
            services.slots().acquire();
            try {
                outcome = underLock(asked);
            } finally {
                services.slots().release();
            }
        } catch (InterruptedException | CancelledException e) {
            LOG.debug("Build {} of {} was stopped before it began", id, project.name());
        } catch (RuntimeException e) {
            // Not the filler's failure but ours, for instance a full disk: nobody waits for it in this thread.
            LOG.warn("Build {} of {} could not be run: {}", id, project.name(), e.getMessage());
        } finally {
            leave(outcome.again().isPresent());
        }
        return outcome;
    }

    private Outcome underLock(Asked asked) {
        // Another service may build the same project: it is waited for, as drafts of one project have one base.
        InterprocessLock alone = services.files().lock(project.name());
        try {
            GoldenBuildStatus before = status(project.name(), services);
            attempt++;
            GoldenBuildStatus begun = before.begun(
                    id,
                    reasons,
                    attempt,
                    services.clock().instant(),
                    services.files().log(project.name(), id));
            if (attempt == 1 && builtSince(asked.latest(), before)) {
                LOG.debug("Build {} found done what it should do: {}", id, asked.take());
                return Outcome.OVER;
            }
            services.files().write(begun);
            // What came meanwhile is written down as ours before it is no longer pending.
            asked.take().stream().filter(r -> !reasons.contains(r)).forEach(reasons::add);
            Outcome outcome = work(begun);
            services.files().trimLogs(project.name());
            return outcome;
        } finally {
            alone.close();
        }
    }

    /** Whether another service began after we were asked, and succeeded: what we should build is there. */
    private static boolean builtSince(Instant latest, GoldenBuildStatus other) {
        return other.state() == GoldenBuildState.READY
                && other.started().filter(at -> at.isAfter(latest)).isPresent();
    }

    private Outcome work(GoldenBuildStatus begun) {
        Runnable endLimit = services.timer().after(project.timeLimit(), () -> stop(Stop.TIME_LIMIT));
        try (BuildLog log = new BuildLog(services.files().log(project.name(), id), services.clock());
                ProgressTask progress =
                        ProgressTask.root(services.listener(), "golden cache of " + project.name() + ", build " + id)) {
            log.line("attempt " + attempt + " because of: " + String.join("; ", reasons));
            try {
                GoldenGeneration generation = publish(progress, log);
                services.files()
                        .write(begun.published(generation.id(), services.clock().instant()));
                log.line("published generation " + generation.id());
                progress.done(generation.id());
                return Outcome.OVER;
            } catch (RuntimeException e) {
                progress.failed(e);
                return failed(e, begun, log);
            }
        } finally {
            endLimit.run();
        }
    }

    private GoldenGeneration publish(ProgressTask progress, BuildLog log) {
        Map<String, String> labels = new LinkedHashMap<>(Inputs.labels(project.inputs()));
        GoldenDraft draft = services.store().draftFromCurrent(project.name());
        try {
            GoldenFill fill = new GoldenFill(id, draft, progress, log::line);
            project.filler().fill(fill);
            CancelledException.throwIfInterrupted("building the golden cache of " + project.name());
            labels.putAll(fill.labels());
            labels.put(BUILD_LABEL, id);
            return draft.publish(labels);
        } finally {
            // What cleans up and what says how it ended must not be interrupted.
            endInterrupts();
            draft.close();
        }
    }

    private void endInterrupts() {
        lock.lock();
        try {
            thread = null;
            Thread.interrupted();
        } finally {
            lock.unlock();
        }
    }

    private Outcome failed(RuntimeException e, GoldenBuildStatus begun, BuildLog log) {
        endInterrupts();
        Stop why = stopped();
        Instant now = services.clock().instant();
        String message = String.valueOf(e.getMessage());
        if (why == Stop.CANCELLED) {
            services.files().write(begun.ended(GoldenBuildState.CANCELLED, "Cancelled", now));
            log.line("cancelled");
            return Outcome.OVER;
        }
        if (why == Stop.SHUT_DOWN) {
            services.files().write(begun.ended(GoldenBuildState.FAILED, SERVICE_ENDED, now));
            queueForNext();
            log.line("interrupted by the end of the service");
            return Outcome.OVER;
        }
        if (why == Stop.TIME_LIMIT) {
            String limit = "Took longer than its limit of " + project.timeLimit()
                    + ". Give the project a longer one, or look into the log for what takes so long";
            services.files().write(begun.ended(GoldenBuildState.FAILED, limit, now));
            log.line("failed: " + limit);
            return Outcome.OVER;
        }
        log.line("failed: " + message);
        boolean mayPass = e instanceof SandboxImageException known && known.retryable();
        if (mayPass && attempt < project.attempts()) {
            Duration wait = project.backoff().multipliedBy(1L << Math.min(attempt - 1, 20));
            services.files().write(begun.ended(GoldenBuildState.RETRYING, message, now));
            log.line("next attempt in " + wait);
            return new Outcome(Optional.of(wait));
        }
        services.files().write(begun.ended(GoldenBuildState.FAILED, message, now));
        return Outcome.OVER;
    }

    /** Ends a build that waits for its next attempt, so that the next service builds again. */
    void leaveToNext() {
        end(GoldenBuildState.FAILED, SERVICE_ENDED);
        queueForNext();
    }

    private void queueForNext() {
        services.files()
                .queue(
                        project.name(),
                        services.id() + "-" + id,
                        new BuildFiles.Queued(reasons, since, BuildFiles.NOBODY));
    }

    /** Ends a build that no thread works on. */
    void end(GoldenBuildState state, String error) {
        services.files()
                .write(status(project.name(), services)
                        .ended(state, error, services.clock().instant()));
    }

    private boolean enter() {
        lock.lock();
        try {
            waiting = false;
            if (stop != Stop.NO) {
                return false;
            }
            thread = Thread.currentThread();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void leave(boolean again) {
        // An interrupt was meant for the attempt, not for what the pool's thread does next.
        endInterrupts();
        lock.lock();
        try {
            waiting = again && stop == Stop.NO;
        } finally {
            lock.unlock();
        }
    }

    private Stop stopped() {
        lock.lock();
        try {
            return stop;
        } finally {
            lock.unlock();
        }
    }

    static GoldenBuildStatus status(String project, Services services) {
        return status(project, services.files(), services.host(), services.clock());
    }

    /** What is known on this host, with all that is pending; a build whose process is gone counts as failed. */
    static GoldenBuildStatus status(String project, BuildFiles files, String host, Clock clock) {
        List<String> pending = files.queues(project).values().stream()
                .flatMap(queued -> queued.reasons().stream())
                .toList();
        return files.status(project)
                .map(written -> abandoned(written)
                        ? written.status()
                                .ended(
                                        GoldenBuildState.FAILED,
                                        "The process that built it ended before the build did",
                                        clock.instant())
                        : written.status())
                .orElseGet(() -> GoldenBuildStatus.none(project, host))
                .withPending(pending);
    }

    /** Writes down that a build was interrupted; whether there was one. */
    static boolean recover(GoldenProject project, Services services) {
        if (services.files().status(project.name()).filter(BuildRun::abandoned).isEmpty()) {
            return false;
        }
        InterprocessLock alone = services.files().lock(project.name());
        try {
            if (services.files()
                    .status(project.name())
                    .filter(BuildRun::abandoned)
                    .isEmpty()) {
                return false;
            }
            services.files().write(status(project.name(), services));
            return true;
        } finally {
            alone.close();
        }
    }

    private static boolean abandoned(BuildFiles.Written written) {
        GoldenBuildState state = written.status().state();
        return (state == GoldenBuildState.BUILDING || state == GoldenBuildState.RETRYING)
                && !written.owner().alive();
    }
}
