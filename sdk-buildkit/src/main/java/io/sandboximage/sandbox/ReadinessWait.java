package io.sandboximage.sandbox;

import io.sandboximage.docker.internal.container.ContainerState;
import io.sandboximage.docker.internal.container.EngineContainers;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.UnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Looks at a sandbox until it is ready, has ended, or the time is over. */
final class ReadinessWait {
    private static final int TAIL_LINES = 20;
    private static final long POLL_MILLIS = 100;

    private final EngineContainers containers;
    private final LocalSandbox sandbox;
    private final SandboxSpec spec;

    ReadinessWait(EngineContainers containers, LocalSandbox sandbox, SandboxSpec spec) {
        this.containers = containers;
        this.sandbox = sandbox;
        this.spec = spec;
    }

    void await() {
        long deadline = System.nanoTime() + spec.readyLimit().toNanos();
        while (true) {
            ContainerState state = containers
                    .find(sandbox.id())
                    .orElseThrow(() -> new UnavailableException(
                            "The sandbox " + sandbox.name() + " was removed before it was ready"));
            if (spec.ready().isEmpty() && state.running()) {
                return;
            }
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            boolean late = left.isNegative() || left.isZero();
            if (!late
                    && spec.ready().isPresent()
                    && new ReadinessProbe(containers, state, left)
                            .holds(spec.ready().get())) {
                return;
            }
            if (!state.running()) {
                throw new UnavailableException("The sandbox " + sandbox.name() + " of the image " + spec.image()
                        + " ended before it was ready: " + state.ending() + lines());
            }
            if (late) {
                throw new DeadlineExceededException(
                        "The sandbox " + sandbox.name() + " of the image " + spec.image() + " was not ready after "
                                + spec.readyLimit() + ": still no "
                                + spec.ready().map(Object::toString).orElse("start") + lines(),
                        spec.readyLimit());
            }
            pause();
        }
    }

    private String lines() {
        String tail = containers.logTail(sandbox.id(), TAIL_LINES);
        return tail.isEmpty() ? ". It wrote nothing" : ". It wrote last:\n" + tail;
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the sandbox " + sandbox.name(), e);
        }
    }
}
