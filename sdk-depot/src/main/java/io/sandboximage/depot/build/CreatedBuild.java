package io.sandboximage.depot.build;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.CreateBuildResponse;
import io.sandboximage.depot.internal.proto.cli.FinishBuildRequest;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A build that Depot knows of, until its outcome is told: once, whatever happens. Thread-safe. */
final class CreatedBuild {
    private static final Logger LOGGER = LoggerFactory.getLogger(CreatedBuild.class);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(20);

    private final DepotCalls calls;
    private final CreateBuildResponse answer;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final Thread atExit = new Thread(() -> tell(canceled()), "depot-build-end");

    CreatedBuild(DepotCalls calls, CreateBuildResponse answer) {
        this.calls = calls;
        this.answer = answer;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    String id() {
        return answer.getBuildId();
    }

    String token() {
        return answer.getBuildToken();
    }

    String projectId() {
        return answer.getProjectId();
    }

    Optional<URI> url() {
        try {
            return Optional.of(answer.getBuildUrl())
                    .filter(text -> !text.isEmpty())
                    .map(URI::create);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // It is only for people to look at.
        }
    }

    /** Names in Depot's registry. */
    List<String> savedAs() {
        return answer.getAdditionalTagsList().stream()
                .map(CreateBuildResponse.Tag::getTag)
                .toList();
    }

    /** Whether images that are to be loaded must be pulled from Depot's registry. */
    boolean loadsByRegistry() {
        return answer.getRegistry().getLoadUsingRegistry();
    }

    /** What Depot gave for its own registry, before what the caller has. */
    CredentialProvider credentials(CredentialProvider own) {
        CredentialProvider all = own;
        for (CreateBuildResponse.Credential credential : answer.getAdditionalCredentialsList()) {
            Optional<Credentials> decoded = decode(credential.getToken());
            if (decoded.isPresent()) {
                all = CredentialProvider.of(credential.getHost(), decoded.get()).or(all);
            }
        }
        return all;
    }

    private static Optional<Credentials> decode(String token) {
        try {
            String pair = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(Credentials.basic(pair.substring(0, colon), pair.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            LOGGER.debug("Depot sent credentials that are no base64, which are left out");
            return Optional.empty();
        }
    }

    /** Tells the outcome, unless it was told; never fails, and also works in a thread that is interrupted. */
    void finish(@Nullable Throwable failure) {
        tell(
                failure == null
                        ? request().setSuccess(FinishBuildRequest.BuildSuccess.getDefaultInstance())
                        : failure instanceof CancelledException ? canceled() : failed(failure));
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is on its way out, and the hook finds that there is nothing left to tell.
        }
    }

    private void tell(FinishBuildRequest.Builder request) {
        if (!finished.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            calls.call(
                    "tell Depot how the build " + id() + " ended",
                    BuildMethods.FINISH,
                    request.build(),
                    token(),
                    Optional.of(FINISH_LIMIT));
        } catch (SandboxImageException e) {
            LOGGER.debug("Depot was not told how the build {} ended", id(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private FinishBuildRequest.Builder request() {
        return FinishBuildRequest.newBuilder().setBuildId(id());
    }

    private FinishBuildRequest.Builder canceled() {
        return request().setCanceled(FinishBuildRequest.BuildCanceled.getDefaultInstance());
    }

    private FinishBuildRequest.Builder failed(Throwable failure) {
        return request()
                .setError(FinishBuildRequest.BuildError.newBuilder()
                        .setError("failed to solve: " + failure.getMessage()));
    }
}
