package io.sandboximage.depot.build;

import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.cli.BuilderPlatform;
import io.sandboximage.depot.internal.proto.cli.ReportBuildHealthRequest;
import io.sandboximage.depot.internal.proto.cli.ReportBuildHealthResponse;
import io.sandboximage.error.SandboxImageException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Depot every few seconds that a machine is still wanted; without that it is taken away. The answer may name the time at
 * which the build is to end.
 */
final class HealthReports implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(HealthReports.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final DepotCalls calls;
    private final CreatedBuild build;
    private final BuilderPlatform platform;
    private final Runnable cancel;
    private final Thread thread;
    private @Nullable Instant cancelsAt;

    private HealthReports(DepotCalls calls, CreatedBuild build, BuilderPlatform platform, Runnable cancel) {
        this.calls = calls;
        this.build = build;
        this.platform = platform;
        this.cancel = cancel;
        this.thread = new Thread(this::run, "depot-health");
        thread.setDaemon(true);
    }

    /** @param cancel run, perhaps more than once, when the build is to end; it must remember that */
    static HealthReports start(DepotCalls calls, CreatedBuild build, BuilderPlatform platform, Runnable cancel) {
        HealthReports reports = new HealthReports(calls, build, platform, cancel);
        reports.thread.start();
        return reports;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                report();
                Thread.sleep(pause().toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed.
        }
    }

    /** The next report is due; or the end, where that comes first. */
    private Duration pause() {
        Instant end = cancelsAt;
        if (end == null) {
            return PAUSE;
        }
        Duration left = Duration.between(Instant.now(), end);
        return left.isNegative() || left.compareTo(PAUSE) > 0 ? PAUSE : left.plusMillis(1);
    }

    private void report() {
        try {
            ReportBuildHealthResponse answer = calls.call(
                    "report the health of the build " + build.id(),
                    BuildMethods.HEALTH,
                    ReportBuildHealthRequest.newBuilder()
                            .setBuildId(build.id())
                            .setPlatform(platform)
                            .build(),
                    build.token(),
                    Optional.of(LIMIT));
            cancelsAt = answer.hasCancelsAt() ? Times.of(answer.getCancelsAt()) : null;
        } catch (SandboxImageException e) {
            LOGGER.debug("The health of the build {} was not reported", build.id(), e);
        }
        // Also where this report did not get through: the time was told before.
        Instant end = cancelsAt;
        if (end != null && !Instant.now().isBefore(end)) {
            cancel.run();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
