package io.sandboximage.depot.registry;

import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.ImageMethods;
import io.sandboximage.depot.internal.proto.cli.FinishPushRequest;
import io.sandboximage.depot.internal.proto.cli.StartPushRequest;
import io.sandboximage.error.SandboxImageException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells Depot that a push begins, and once how it ended, whatever happens. */
final class PushReport {
    private static final Logger LOGGER = LoggerFactory.getLogger(PushReport.class);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(20);

    private final DepotCalls calls;
    private final String buildId;
    private final String tag;

    PushReport(DepotCalls calls, String buildId, String tag) {
        this.calls = calls;
        this.buildId = buildId;
        this.tag = tag;
    }

    <T> T run(Supplier<T> work) {
        String id = calls.call(
                        "begin to push the build " + buildId,
                        ImageMethods.START_PUSH,
                        StartPushRequest.newBuilder()
                                .setTag(tag)
                                .setBuildId(buildId)
                                .build())
                .getPushId();
        try {
            T result = work.get();
            finish(id, null);
            return result;
        } catch (RuntimeException | Error failure) {
            finish(id, failure);
            throw failure;
        }
    }

    private void finish(String id, @Nullable Throwable failure) {
        FinishPushRequest.Builder request =
                FinishPushRequest.newBuilder().setPushId(id).setBuildId(buildId);
        if (failure != null) {
            request.setError(String.valueOf(failure.getMessage()));
        }
        // It is told also by a thread that is to end.
        boolean interrupted = Thread.interrupted();
        try {
            calls.call(
                    "tell Depot how a push of the build " + buildId + " ended",
                    ImageMethods.FINISH_PUSH,
                    request.build(),
                    FINISH_LIMIT);
        } catch (SandboxImageException e) {
            LOGGER.debug("Depot was not told how the push {} ended", id, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
