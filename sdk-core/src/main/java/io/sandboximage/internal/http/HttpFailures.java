package io.sandboximage.internal.http;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.QuotaExceededException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns a bad answer into the exception that says what the caller can do. */
public final class HttpFailures {
    private static final int MAX_MESSAGE = 500;

    private HttpFailures() {}

    /** @param what completes "Could not …" */
    public static SandboxImageException of(HttpReply reply, String what) {
        RemoteError remote = remoteError(reply);
        String text = "Could not " + what + ": " + describe(remote, reply);
        if (remote.code().equals("DIGEST_INVALID")) {
            return new IntegrityException(text, null, remote);
        }
        int status = reply.status();
        return switch (status) {
            case 401 ->
                new AuthenticationException(text + ". Give (other) credentials for this registry", null, remote);
            case 403 ->
                new AccessDeniedException(text + ". Ask for the permission, or give other credentials", null, remote);
            case 404 -> new NotFoundException(text, null, remote);
            case 409 -> new ConflictException(text, null, remote);
            case 402, 413, 507 -> new QuotaExceededException(text, null, remote);
            case 429 -> rateLimited(reply, text, remote);
            default ->
                status >= 400 && status < 500 && status != 408
                        ? new InvalidRequestException(text, null, remote)
                        : new UnavailableException(text, null, remote);
        };
    }

    /** The first error of a registry's error document, or of an OAuth 2 token server's; the plain text otherwise. */
    public static RemoteError remoteError(HttpReply reply) {
        String code = "";
        String message = "";
        try {
            Object tree = Json.parse(reply.body(), HttpTransport.MAX_ERROR_BYTES, "error body");
            if (tree instanceof Map<?, ?>) {
                JsonView json = new JsonView(Json.asObject(tree), "error body");
                List<?> errors = json.members().get("errors") instanceof List<?> list ? list : List.of();
                JsonView first = !errors.isEmpty() && errors.get(0) instanceof Map<?, ?> map
                        ? new JsonView(Json.asObject(map), "error")
                        : json;
                code = text(first, "code", "error");
                message = text(first, "message", "error_description", "details");
            }
        } catch (InvalidContentException e) {
            String type = reply.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
            if (type.startsWith("text/plain")) {
                message = new String(reply.body(), StandardCharsets.UTF_8);
            }
        }
        return new RemoteError(reply.status(), clean(code, 64), clean(message, MAX_MESSAGE));
    }

    private static RateLimitedException rateLimited(HttpReply reply, String text, RemoteError remote) {
        Duration wait = RetryAfter.of(reply.headers(), Clock.systemUTC()).orElse(null);
        String advice = wait == null ? ". Try again later" : ". Try again in " + wait.toSeconds() + " s";
        return new RateLimitedException(text + advice, wait, null, remote);
    }

    private static String describe(RemoteError remote, HttpReply reply) {
        StringBuilder text = new StringBuilder()
                .append(reply.url().host())
                .append(" answered ")
                .append(remote.status());
        if (!remote.code().isEmpty()) {
            text.append(' ').append(remote.code());
        }
        if (!remote.message().isEmpty()) {
            text.append(" (").append(remote.message()).append(')');
        }
        return text.toString();
    }

    private static String text(JsonView json, String... names) {
        for (String name : names) {
            if (json.members().get(name) instanceof String value && !value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    private static String clean(String text, int max) {
        String oneLine =
                Redaction.text(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return oneLine.length() <= max ? oneLine : oneLine.substring(0, max) + "…";
    }
}
