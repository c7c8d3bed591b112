package io.sandboximage.buildkit.internal.solve;

import io.grpc.Status;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A daemon's errors in the SDK's own words. */
public final class Failures {
    private static final int MAX_MESSAGE = 4096;
    /** What daemons say about exporters and caches that they lack. */
    private static final Pattern NOT_THERE =
            Pattern.compile("exporter \"[^\"]*\" could not be found|unknown cache (exporter|importer)");

    private Failures() {}

    /**
     * @param attempt what was tried, for the message: {@code "ask BuildKit for its version"}
     * @param address the daemon as users write it
     */
    public static SandboxImageException of(String attempt, String address, Throwable failure) {
        Status status = Status.fromThrowable(failure);
        String text = message(status);
        RemoteError remote =
                new RemoteError(status.getCode().value(), status.getCode().name(), text);
        String sentence = "Could not " + attempt + " at " + address + ": " + text;
        return switch (status.getCode()) {
            case UNAVAILABLE -> unavailable(attempt, address, status, text, remote);
            case CANCELLED -> new CancelledException(sentence, failure);
            case UNAUTHENTICATED -> new AuthenticationException(sentence + ". Give other credentials", failure, remote);
            case PERMISSION_DENIED -> new AccessDeniedException(sentence, failure, remote);
            case NOT_FOUND -> new NotFoundException(sentence, failure, remote);
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE ->
                new InvalidRequestException(sentence, failure, remote);
            case UNIMPLEMENTED ->
                new InvalidRequestException(sentence + ". The daemon is too old for this", failure, remote);
            default -> new UnavailableException(sentence, failure, remote);
        };
    }

    /** The failure of a build, with what the status stream told about the step. */
    static SandboxImageException ofBuild(
            String address, Throwable failure, StatusTracker tracker, Optional<DockerfileText> dockerfile) {
        Status status = Status.fromThrowable(failure);
        ErrorDetails sent = ErrorDetails.of(failure);
        // Old daemons send no details; their text and the status stream tell the most of it.
        ErrorDetails details = sent.any() ? sent : sent.recovered(message(status), tracker, dockerfile);
        boolean buildItself = details.any() || status.getCode() == Status.Code.UNKNOWN;
        if (!buildItself || status.getCode() == Status.Code.CANCELLED) {
            return of("build", address, failure);
        }
        if (!details.any() && NOT_THERE.matcher(message(status)).find()) {
            return new InvalidRequestException(
                    "Could not build at " + address + ": " + message(status)
                            + ". That daemon does not have this: choose something else, or another daemon",
                    failure,
                    new RemoteError(status.getCode().value(), status.getCode().name(), message(status)));
        }
        Optional<String> step = details.vertex().flatMap(tracker::name);
        List<String> log = details.vertex().map(tracker::logTail).orElse(List.of());
        String text = message(status);
        List<String> parts = new ArrayList<>();
        parts.add("The build failed"
                + details.source()
                        .map(s -> " at " + s.file() + ":" + s.firstLine())
                        .orElse("")
                + step.map(s -> " in the step " + s).orElse("") + ": " + text);
        details.source().map(BuildFailedException.Source::excerpt).ifPresent(e -> parts.add(e.stripTrailing()));
        if (!log.isEmpty()) {
            parts.add("The step's last lines:\n" + String.join("\n", log));
        }
        return new BuildFailedException(
                String.join("\n", parts),
                new BuildFailedException.Failure(step, details.exitCode(), details.source(), log),
                failure,
                new RemoteError(status.getCode().value(), status.getCode().name(), text));
    }

    /** A daemon that no connection could be made to. */
    public static SandboxImageException unreachable(String attempt, String address, IOException failure) {
        return unavailable(attempt, address, Status.UNAVAILABLE.withCause(failure), "no connection", null);
    }

    private static SandboxImageException unavailable(
            String attempt, String address, Status status, String text, @Nullable RemoteError remote) {
        @Nullable Throwable cause = status.getCause();
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof SSLException) {
                return new AuthenticationException(
                        "Could not " + attempt + " at " + address + ": the TLS handshake failed: " + t.getMessage()
                                + ". Check the CA, the server name and the client certificate",
                        cause,
                        remote);
            }
        }
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof SandboxImageException refusal) {
                return refusal; // An engine that said why not, in its own words.
            }
        }
        String reason = cause instanceof IOException && cause.getMessage() != null ? cause.getMessage() : text;
        return new UnavailableException(
                "Could not " + attempt + " at " + address + ": " + reason
                        + ". Check that the daemon runs and listens there",
                cause,
                remote);
    }

    private static String message(Status status) {
        String text = status.getDescription();
        if (text == null) {
            return status.getCode().name();
        }
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
    }
}
