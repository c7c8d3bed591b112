package io.sandboximage.depot.internal.rpc;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.Redaction;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server's errors in the SDK's own words. The codes are those of Connect, which are gRPC's in lower case. */
final class RpcErrors {
    private static final int MAX_MESSAGE = 2000;

    private RpcErrors() {}

    /**
     * @param status the HTTP status, or the number of a gRPC code
     * @param code for instance {@code not_found}
     * @param wait what the server asks to wait, where it does
     */
    static SandboxImageException of(
            RpcCall call,
            String server,
            int status,
            String code,
            String message,
            Optional<Duration> wait,
            @Nullable Throwable cause) {
        String said = clean(message);
        RemoteError remote = new RemoteError(status, code, said);
        String text = "Could not " + call.what() + " at " + server + ": " + code + (said.isEmpty() ? "" : ": " + said);
        return switch (code) {
            case "invalid_argument", "out_of_range" -> new InvalidRequestException(text, cause, remote);
            case "unimplemented" ->
                new InvalidRequestException(
                        text + ". This is not available on this server, or not for this organization", cause, remote);
            case "not_found" -> new NotFoundException(text, cause, remote);
            case "already_exists", "aborted", "failed_precondition" -> new ConflictException(text, cause, remote);
            case "permission_denied" ->
                new AccessDeniedException(
                        text + ". Name the organization where the token is good for several, or give another token",
                        cause,
                        remote);
            case "unauthenticated" ->
                new AuthenticationException(text + ". Log in again, or give another token", cause, remote);
            case "resource_exhausted" -> rateLimited(text, wait, cause, remote);
            case "data_loss" -> new IntegrityException(text, cause, remote);
            case "deadline_exceeded" ->
                new DeadlineExceededException(text, call.deadline().orElse(Duration.ZERO), cause);
            default -> new UnavailableException(text + ". Try again later", cause, remote);
        };
    }

    private static RateLimitedException rateLimited(
            String text, Optional<Duration> wait, @Nullable Throwable cause, RemoteError remote) {
        String advice =
                wait.map(time -> ". Try again in " + time.toSeconds() + " s").orElse(". Try again later");
        return new RateLimitedException(text + advice, wait.orElse(null), cause, remote);
    }

    /** The code of an answer that is not the protocol's own, as Connect's specification has it. */
    static String codeOf(int httpStatus) {
        return switch (httpStatus) {
            case 400 -> "internal";
            case 401 -> "unauthenticated";
            case 403 -> "permission_denied";
            case 404 -> "unimplemented";
            case 429 -> "resource_exhausted";
            case 502, 503, 504 -> "unavailable";
            default -> "unknown";
        };
    }

    private static String clean(String text) {
        String shown =
                Redaction.text(text).replaceAll("[\\p{Cntrl}&&[^\\n]]+", " ").strip();
        return shown.length() <= MAX_MESSAGE ? shown : shown.substring(0, MAX_MESSAGE) + "…";
    }
}
