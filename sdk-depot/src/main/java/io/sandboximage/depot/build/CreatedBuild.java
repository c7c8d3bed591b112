package io.sandboximage.depot.build;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.CreateBuildResponse;
import io.sandboximage.depot.internal.proto.cli.FinishBuildRequest;
import io.sandboximage.depot.internal.proto.cli.GetBuildResponse;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A build that Depot knows of, until its outcome is told: once, whatever happens. Thread-safe. */
final class CreatedBuild {
    private static final Logger LOGGER = LoggerFactory.getLogger(CreatedBuild.class);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(20);
    private static final int FINISH_TRIES = 3;
    private static final Duration FINISH_PAUSE = Duration.ofMillis(200);

    private final DepotCalls calls;
    private final CreateBuildResponse answer;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final CountDownLatch told = new CountDownLatch(1);
    private final ExitHook atExit = new ExitHook("depot-build-end", () -> tell(canceled()));

    CreatedBuild(DepotCalls calls, CreateBuildResponse answer) {
        this.calls = calls;
        this.answer = answer;
        atExit.add();
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
        return DepotBuilds.url(answer.getBuildUrl());
    }

    /** A build that others began, and gave us to work on: nothing but its id is special to it. */
    static CreateBuildResponse existing(GetBuildResponse build, String token, String registry, List<String> saveTags) {
        String repository = registry + "/" + build.getProjectId() + ":";
        String login = Base64.getEncoder().encodeToString(("x-token:" + token).getBytes(StandardCharsets.UTF_8));
        CreateBuildResponse.Builder answer = CreateBuildResponse.newBuilder()
                .setBuildId(build.getBuildId())
                .setBuildToken(token)
                .setProjectId(build.getProjectId())
                .setBuildUrl(build.getBuildUrl())
                .addAdditionalCredentials(CreateBuildResponse.Credential.newBuilder()
                        .setHost(registry)
                        .setToken(login));
        Stream.concat(Stream.of(build.getBuildId()), saveTags.stream())
                .filter(tag -> !tag.isEmpty())
                .distinct()
                .forEach(tag -> answer.addAdditionalTags(
                        CreateBuildResponse.Tag.newBuilder().setTag(repository + tag)));
        return answer.build();
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
        atExit.remove();
    }

    private void tell(FinishBuildRequest.Builder request) {
        boolean interrupted = Thread.interrupted();
        try {
            if (finished.compareAndSet(false, true)) {
                send(request.build());
            } else {
                // Somebody else is about to: the end of the JVM must not cut that off.
                interrupted |= !awaitTold();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Once, unless Depot says itself that it could not take it. */
    private void send(FinishBuildRequest request) {
        try {
            for (int tries = 1; !sent(request) && tries < FINISH_TRIES; tries++) {
                Thread.sleep(FINISH_PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            told.countDown();
        }
    }

    /** @return false if another try may help */
    private boolean sent(FinishBuildRequest request) {
        try {
            calls.call(
                    "tell Depot how the build " + id() + " ended",
                    BuildMethods.FINISH,
                    request,
                    token(),
                    Optional.of(FINISH_LIMIT));
            return true;
        } catch (SandboxImageException e) {
            LOGGER.debug("Depot was not told how the build {} ended", id(), e);
            boolean refused = e instanceof UnavailableException || e instanceof RateLimitedException;
            return !refused || e.remote().isEmpty();
        }
    }

    private boolean awaitTold() {
        try {
            told.await(FINISH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            return false;
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
