package io.sandboximage.depot.build;

import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.CreateBuildResponse;
import io.sandboximage.error.CancelledException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The call that begins a build. Who is interrupted while it is under way, or whose JVM ends, cannot know whether Depot has begun
 * the build: so the answer is waited for a little, and what began is ended. For one use.
 */
final class BuildCreation {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final DepotCalls calls;
    private final CompletableFuture<CreatedBuild> created = new CompletableFuture<>();
    private final ExitHook atExit = new ExitHook("depot-build-begin", () -> endLate("the JVM ends"));

    BuildCreation(DepotCalls calls) {
        this.calls = calls;
    }

    /** @param ask makes the call; in a thread of its own, which nobody interrupts */
    CreatedBuild create(Supplier<CreateBuildResponse> ask) {
        atExit.add();
        DaemonThreads.start("depot-create", () -> {
            try {
                created.complete(new CreatedBuild(calls, ask.get()));
            } catch (RuntimeException | Error e) {
                created.completeExceptionally(e);
            }
        });
        try {
            return created.get();
        } catch (InterruptedException e) {
            endLate("interrupted");
            throw CancelledException.interrupted("beginning a build on Depot", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException ours ? ours : new IllegalStateException(e);
        } finally {
            atExit.remove();
        }
    }

    private void endLate(String why) {
        CompletableFuture<Void> ended =
                created.thenAccept(build -> build.finish(new CancelledException("Cancelled: " + why)));
        boolean interrupted = Thread.interrupted();
        try {
            ended.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException e) {
            // There is no build, or it is ended as soon as it is known, unless the JVM is gone by then.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
