package io.sandboximage.buildkit.internal.engine;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What an engine answers instead of doing what it was asked, in the SDK's own words. */
final class EngineRefusals {
    private static final int MAX_MESSAGE = 2048;
    private static final int MAX_JSON_BYTES = 64 * 1024;

    /** What a missing path means for containers. */
    static final String NO_CONTAINER =
            "List the containers with docker ps --all; buildx names its own buildx_buildkit_BUILDER0";

    private EngineRefusals() {}

    /**
     * As an I/O failure, which is all that sockets may throw; its cause is what callers get.
     *
     * @param attempt what was tried, for the message: {@code "open a session"}
     * @param notFound what a missing path means here
     */
    static IOException of(String attempt, String engine, HttpHead head, byte[] body, String notFound) {
        SandboxImageException reason = reason(attempt, engine, head, body, notFound);
        return new IOException(reason.getMessage(), reason);
    }

    private static SandboxImageException reason(
            String attempt, String engine, HttpHead head, byte[] body, String notFound) {
        String text = message(body);
        RemoteError remote = new RemoteError(head.status(), head.reason(), text);
        String sentence = "Could not " + attempt + " at " + engine + ": it answered " + head.status()
                + (text.isEmpty() ? " " + head.reason() : ": " + text);
        return switch (head.status()) {
            case 200, 426 ->
                new InvalidRequestException(
                        sentence + ". Something between here and the engine does not pass upgrades of connections on:"
                                + " connect to the engine itself",
                        null,
                        remote);
            case 400 -> new InvalidRequestException(sentence, null, remote);
            case 401, 407 -> new AuthenticationException(sentence + ". Give other credentials", null, remote);
            case 403 -> new AccessDeniedException(sentence + ". Ask for the right to build there", null, remote);
            case 404, 405, 501 -> new NotFoundException(sentence + ". " + notFound, null, remote);
            case 409 -> new ConflictException(sentence, null, remote);
            default -> new UnavailableException(sentence, null, remote);
        };
    }

    /** Engines answer {@code {"message": …}}; proxies whatever they like. */
    private static String message(byte[] body) {
        String text;
        try {
            text = JsonView.parse(body, MAX_JSON_BYTES, "engine's answer")
                    .string("message")
                    .orElse("");
        } catch (InvalidContentException e) {
            text = new String(body, StandardCharsets.UTF_8);
        }
        String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
    }
}
