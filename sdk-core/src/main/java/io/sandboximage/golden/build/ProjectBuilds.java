package io.sandboximage.golden.build;

import io.sandboximage.error.CancelledException;
import io.sandboximage.golden.internal.host.ProcessLease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The builds of one project in one service: one at a time, and one slot for all that is asked for meanwhile. Thread-safe.
 *
 * <pre>
 * idle ──trigger──► pending ──quiet──► running ──► idle, or pending again
 *                                       │  ▲
 *                                 failed│  │backoff
 *                                       ▼  │
 *                                     retrying
 * </pre>
 */
final class ProjectBuilds {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectBuilds.class);
    private static final Duration CLOSING = Duration.ofMinutes(1);

    private final GoldenProject project;
    private final Services services;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<String> pending = new LinkedHashSet<>();
    private Instant pendingSince = Instant.EPOCH;
    private Instant pendingLatest = Instant.EPOCH;
    private @Nullable BuildRun running;
    private Runnable cancelTimer = () -> {};
    private boolean closed;

    ProjectBuilds(GoldenProject project, Services services) {
        this.project = project;
        this.services = services;
    }

    GoldenProject project() {
        return project;
    }

    /** Takes over what services that are gone were asked for or were building. */
    void recover() {
        services.files().removeLeftovers(project.name());
        List<String> reasons = new ArrayList<>();
        services.files().queues(project.name()).forEach((service, queued) -> {
            if (!service.equals(services.id()) && !queued.owner().alive()) {
                reasons.addAll(queued.reasons());
            }
        });
        if (BuildRun.recover(project, services)) {
            reasons.add("the build before was interrupted by the end of its process");
        }
        // Written down as ours first: a crash between the two makes one build too many rather than one too few.
        reasons.forEach(this::request);
        services.files().queues(project.name()).forEach((service, queued) -> {
            if (!service.equals(services.id()) && !queued.owner().alive()) {
                services.files().unqueue(project.name(), service);
            }
        });
    }

    void request(String reason) {
        locked(() -> {
            if (closed) {
                return;
            }
            boolean first = pending.isEmpty();
            pendingLatest = services.clock().instant();
            if (first) {
                pendingSince = pendingLatest;
            }
            pending.add(reason);
            writePending(ProcessLease.ofThisProcess());
            if (running == null && first) {
                arm(project.quiet(), this::begin);
            }
        });
    }

    /** Ends the running build and forgets the pending one; whether there was any. */
    boolean cancel() {
        // Who cancels was often interrupted himself, and what is written down here must be.
        boolean interrupted = Thread.interrupted();
        lock.lock();
        try {
            boolean any = running != null || !pending.isEmpty();
            cancelTimer.run();
            clearPending();
            BuildRun run = running;
            if (run != null && run.cancel()) {
                running = null;
            }
            changed.signalAll();
            return any;
        } finally {
            lock.unlock();
            restore(interrupted);
        }
    }

    GoldenBuildStatus status() {
        return BuildRun.status(project.name(), services);
    }

    /** Waits until this service neither builds nor is about to; false if that took longer. */
    boolean await(Duration limit) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (running != null || !pending.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the golden cache of " + project.name(), e);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the running build; what is pending stays written down for the next service. */
    void close() {
        boolean interrupted = Thread.interrupted();
        locked(() -> {
            closed = true;
            cancelTimer.run();
            BuildRun run = running;
            if (run != null && run.shutDown()) {
                running = null;
                changed.signalAll();
            }
            if (!pending.isEmpty()) {
                writePending(BuildFiles.NOBODY);
            }
        });
        restore(awaitThread() || interrupted);
    }

    private void writePending(ProcessLease owner) {
        services.files()
                .queue(project.name(), services.id(), new BuildFiles.Queued(List.copyOf(pending), pendingSince, owner));
    }

    /** Waits also if it is interrupted, as a filler's engine must not outlive its service; whether it was. */
    private boolean awaitThread() {
        boolean interrupted = false;
        long end = System.nanoTime() + CLOSING.toNanos();
        lock.lock();
        try {
            while (running != null && System.nanoTime() < end) {
                try {
                    long left = changed.awaitNanos(end - System.nanoTime());
                    LOG.debug("Waiting for the build of {}, {} ns left", project.name(), left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            lock.unlock();
        }
        return interrupted;
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin() {
        locked(() -> {
            if (closed || running != null || pending.isEmpty()) {
                return;
            }
            BuildRun run = new BuildRun(project, services, List.copyOf(pending), pendingSince);
            running = run;
            start(run);
        });
    }

    private void start(BuildRun run) {
        services.threads().execute(() -> {
            // What it was asked for stays written down until the status says that it is being built.
            BuildRun.Outcome outcome = run.attempt(asked());
            finished(run, outcome);
        });
    }

    private BuildRun.Asked asked() {
        return new BuildRun.Asked() {
            @Override
            public Instant latest() {
                lock.lock();
                try {
                    return pendingLatest;
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public List<String> take() {
                lock.lock();
                try {
                    List<String> taken = List.copyOf(pending);
                    clearPending();
                    return taken;
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    private void finished(BuildRun run, BuildRun.Outcome outcome) {
        locked(() -> {
            Optional<Duration> again = closed ? Optional.empty() : outcome.again();
            if (again.isPresent()) {
                arm(
                        again.get(),
                        () -> locked(() -> {
                            if (running == run && !closed) {
                                start(run);
                            }
                        }));
                return;
            }
            running = null;
            if (!pending.isEmpty() && !closed) {
                arm(project.quiet(), this::begin);
            }
            changed.signalAll();
        });
    }

    private void clearPending() {
        pending.clear();
        services.files().unqueue(project.name(), services.id());
    }

    private void arm(Duration delay, Runnable next) {
        cancelTimer = services.timer().after(delay, next);
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
