package io.sandboximage.depot.snapshot;

import io.sandboximage.depot.sandbox.DepotSandbox;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.depot.sandbox.SandboxInfo;
import io.sandboximage.depot.sandbox.SandboxQuery;
import io.sandboximage.depot.sandbox.SandboxRequest;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sandbox for the time of one piece of work. It is killed at its end whatever happens, also when the thread is interrupted or the
 * JVM ends; and if all of that fails, the timeout that it was created with ends it.
 */
final class SandboxLease implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SandboxLease.class);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
    private static final Duration KILL_PAUSE = Duration.ofMillis(500);
    private static final int KILL_ATTEMPTS = 3;

    private final DepotSandbox sandbox;
    private final ProgressTask progress;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Thread atExit = new Thread(this::end, "depot-sandbox-end");

    private SandboxLease(DepotSandbox sandbox, ProgressTask progress) {
        this.sandbox = sandbox;
        this.progress = progress;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** @param request its name is replaced by one of our own, by which the sandbox is found if Depot's answer is lost */
    static SandboxLease create(DepotSandboxes sandboxes, SandboxRequest request, ProgressTask progress) {
        String name = "sandbox-image-" + UUID.randomUUID();
        try {
            return new SandboxLease(sandboxes.create(request.name(name)), progress);
        } catch (SandboxImageException e) {
            if (e.retryable() || e instanceof CancelledException) {
                withoutInterrupt(() -> killOrphan(sandboxes, name));
            }
            throw e;
        }
    }

    /** What failed on the way may have been created all the same. */
    private static void killOrphan(DepotSandboxes sandboxes, String name) {
        try {
            for (SandboxInfo info : sandboxes.list(SandboxQuery.alive())) {
                if (info.name().filter(name::equals).isPresent()) {
                    kill(sandboxes.get(info.id()));
                }
            }
        } catch (SandboxImageException e) {
            LOGGER.debug("Whether there is a sandbox {} is not known; its timeout ends it", name, e);
        }
    }

    DepotSandbox sandbox() {
        return sandbox;
    }

    private void end() {
        if (ended.compareAndSet(false, true) && !kill(sandbox)) {
            progress.warn("The sandbox " + sandbox + " could not be killed. Depot ends it"
                    + sandbox.known().expiresAt().map(time -> " at " + time).orElse(" when its timeout has passed"));
        }
    }

    /** Whether it has ended. */
    private static boolean kill(DepotSandbox sandbox) {
        for (int attempt = 1; attempt <= KILL_ATTEMPTS; attempt++) {
            try {
                sandbox.kill(KILL_LIMIT);
                return true;
            } catch (ConflictException | NotFoundException e) {
                return true; // It has ended by itself.
            } catch (SandboxImageException e) {
                LOGGER.debug("The sandbox {} was not killed by attempt {}", sandbox, attempt, e);
            }
            try {
                Thread.sleep(KILL_PAUSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private static void withoutInterrupt(Runnable work) {
        boolean interrupted = Thread.interrupted();
        try {
            work.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        withoutInterrupt(this::end);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is on its way out, and the hook finds that there is nothing left to end.
        }
    }
}
