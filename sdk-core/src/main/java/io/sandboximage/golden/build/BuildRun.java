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
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final String CANCELLED = "Cancelled";
    private static final String NOT_RUN = "It could not be run; the log of the service says why";
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
    /** Whether it is written down as going on. */
    private final AtomicBoolean open = new AtomicBoolean();

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

    /** Stops it; true if it is over, as it only waited for its next attempt. */
    boolean cancel() {
        return stop(Stop.CANCELLED);
    }

    /** Like {@link #cancel}, but the next service builds again. */
    boolean shutDown() {
        return stop(Stop.SHUT_DOWN);
    }

    private boolean stop(Stop why) {
        boolean over;
        lock.lock();
        try {
            if (stop == Stop.NO) {
                stop = why;
                Thread working = thread;
                if (working != null) {
                    working.interrupt();
                }
            }
            over = waiting;
            waiting = false;
        } finally {
            lock.unlock();
        }
        if (over) {
            settle();
        }
        return over;
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
            LOG.debug("Build {} of {} was stopped before its attempt began", id, project.name());
        } catch (RuntimeException e) {
            // Not the filler's failure but ours, for instance a full disk: nobody waits for it in this thread.
            LOG.warn("Build {} of {} could not be run: {}", id, project.name(), e.getMessage());
        }
        if (!leave(outcome.again().isPresent())) {
            settle();
            return Outcome.OVER;
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
            open.set(true);
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
                ended(begun.published(generation.id(), services.clock().instant()));
                log.line("published generation " + generation.id());
                progress.done(generation.id());
                return Outcome.OVER;
            } catch (RuntimeException | Error e) { // Of the filler, which is anybody's.
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

    private Outcome failed(Throwable e, GoldenBuildStatus begun, BuildLog log) {
        endInterrupts();
        Stop why = stopped();
        Instant now = services.clock().instant();
        String message = e instanceof SandboxImageException ? String.valueOf(e.getMessage()) : e.toString();
        if (why == Stop.CANCELLED) {
            ended(begun.ended(GoldenBuildState.CANCELLED, CANCELLED, now));
            log.line("cancelled");
            return Outcome.OVER;
        }
        if (why == Stop.SHUT_DOWN) {
            queueForNext();
            ended(begun.ended(GoldenBuildState.FAILED, SERVICE_ENDED, now));
            log.line("interrupted by the end of the service");
            return Outcome.OVER;
        }
        if (why == Stop.TIME_LIMIT) {
            String limit = "Took longer than its limit of " + project.timeLimit()
                    + ". Give the project a longer one, or look into the log for what takes so long";
            ended(begun.ended(GoldenBuildState.FAILED, limit, now));
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
        ended(begun.ended(GoldenBuildState.FAILED, message, now));
        return Outcome.OVER;
    }

    /** Writes down that it is over, where no attempt did. */
    private void settle() {
        Stop why = stopped();
        if (!open.getAndSet(false)) {
            return;
        }
        try {
            if (why == Stop.SHUT_DOWN) {
                queueForNext();
            }
            // Another service may have begun one meanwhile, which is not ours to end.
            Optional<GoldenBuildStatus> ours = services.files()
                    .status(project.name())
                    .map(BuildFiles.Written::status)
                    .filter(status -> status.buildId().equals(id));
            Instant now = services.clock().instant();
            ours.map(status -> switch (why) {
                        case CANCELLED -> status.ended(GoldenBuildState.CANCELLED, CANCELLED, now);
                        case SHUT_DOWN -> status.ended(GoldenBuildState.FAILED, SERVICE_ENDED, now);
                        default -> status.ended(GoldenBuildState.FAILED, NOT_RUN, now);
                    })
                    .ifPresent(services.files()::write);
        } catch (RuntimeException e) {
            LOG.warn("How build {} of {} ended could not be written: {}", id, project.name(), e.getMessage());
        }
    }

    private void ended(GoldenBuildStatus status) {
        services.files().write(status);
        open.set(false);
    }

    private void queueForNext() {
        services.files()
                .queue(
                        project.name(),
                        services.id() + "-" + id,
                        new BuildFiles.Queued(reasons, since, BuildFiles.NOBODY));
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

    /** Whether it goes on with another attempt, or what it did last says all about its end. */
    private boolean leave(boolean again) {
        // An interrupt was meant for the attempt, not for what the pool's thread does next.
        endInterrupts();
        lock.lock();
        try {
            waiting = again && stop == Stop.NO;
            return waiting;
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
        return written.status().unfinished() && !written.owner().alive();
    }
}
