package io.sandboximage.daytona.internal;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.QuotaExceededException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.internal.http.Redaction;
import io.sandboximage.internal.http.RetryAfter;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns a bad answer of Daytona's API, its toolbox or a gateway before them into the exception that says what the caller can do. */
final class ApiFailures {
    private static final int MAX_MESSAGE = 1000;
    private static final int MAX_CODE = 64;

    private ApiFailures() {}

    /** @param what completes "Could not …" */
    static SandboxImageException of(HttpReply reply, String what, Clock clock) {
        RemoteError remote = remoteError(reply);
        String text = "Could not " + what + ": " + describe(remote, reply);
        return switch (reply.status()) {
            case 401 ->
                new AuthenticationException(
                        text + ". The API key or token is missing, wrong or expired: give another one, for instance in"
                                + " DAYTONA_API_KEY",
                        null,
                        remote);
            case 403 -> denied(text, remote);
            case 404 -> notFound(text, remote);
            case 409 -> new ConflictException(text, null, remote);
            case 402, 413, 507 -> new QuotaExceededException(text, null, remote);
            case 429 -> {
                Duration wait = RetryAfter.of(reply.headers(), clock).orElse(null);
                String advice = wait == null ? ". Try again later" : ". Try again in " + wait.toSeconds() + " s";
                yield new RateLimitedException(text + advice, wait, null, remote);
            }
            case 503 -> unavailable(text, remote);
            default ->
                reply.status() >= 400 && reply.status() < 500 && reply.status() != 408
                        ? badRequest(text, remote)
                        : new UnavailableException(text + ". Try again later", null, remote);
        };
    }

    /** What an answer is, for people. */
    static String kind(HttpReply reply) {
        String type = reply.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (reply.body().length == 0) {
            return "an empty body";
        }
        return type.contains("html") ? "an HTML page" : "something else";
    }

    static RemoteError remoteError(HttpReply reply) {
        String code = "";
        String message = "";
        try {
            Object tree = Json.parse(reply.body(), HttpTransport.MAX_ERROR_BYTES, "error body");
            if (tree instanceof Map<?, ?>) {
                JsonView json = new JsonView(Json.asObject(tree), "error body");
                code = JsonLenient.text(json, "code")
                        .or(() -> JsonLenient.text(json, "error_code"))
                        .or(() -> JsonLenient.text(json, "error"))
                        .orElse("");
                message = message(json.members().get("message"));
            }
        } catch (InvalidContentException e) {
            message = reply.body().length == 0 ? "" : kind(reply) + " instead of Daytona's JSON";
        }
        return new RemoteError(reply.status(), clean(code, MAX_CODE), clean(message, MAX_MESSAGE));
    }

    private static String message(@Nullable Object member) {
        if (member instanceof List<?> several) {
            return several.stream().map(String::valueOf).collect(Collectors.joining(", "));
        }
        return member instanceof String text ? text : "";
    }

    private static SandboxImageException denied(String text, RemoteError remote) {
        boolean organization = remote.message().contains("authentication context");
        return new AccessDeniedException(
                text
                        + (organization
                                ? ". A JWT needs the id of an organisation that its user belongs to: set"
                                        + " DAYTONA_ORGANIZATION_ID"
                                : ". Ask for the permission, or give an API key that has it"),
                null,
                remote);
    }

    private static SandboxImageException notFound(String text, RemoteError remote) {
        if (remote.message().startsWith("Cannot POST ")) {
            return new InvalidRequestException(
                    text
                            + ". Either the API URL does not end with /api, or the request is larger than the server takes",
                    null,
                    remote);
        }
        if (remote.message().startsWith("Cannot ")) {
            return new InvalidRequestException(text + ". Check the API URL, which ends with /api", null, remote);
        }
        return new NotFoundException(text, null, remote);
    }

    private static SandboxImageException unavailable(String text, RemoteError remote) {
        String advice =
                remote.message().contains("not configured") ? ". Its operator must configure it" : ". Try again later";
        return new UnavailableException(text + advice, null, remote);
    }

    private static SandboxImageException badRequest(String text, RemoteError remote) {
        String message = remote.message();
        boolean quota = message.contains("quota exceeded")
                || message.contains("exceeds maximum allowed")
                || message.contains("maximum number of");
        if (quota) {
            return new QuotaExceededException(
                    text + ". Ask for less, delete what is not needed, or have the limit raised", null, remote);
        }
        if (message.startsWith("Failed to get temporary credentials")) {
            return new UnavailableException(text + ". Try again later", null, remote);
        }
        if (message.contains("No runners are configured") || message.contains("No available runners")) {
            return new InvalidRequestException(text + ". Choose another region or sandbox class", null, remote);
        }
        return new InvalidRequestException(text, null, remote);
    }

    private static String describe(RemoteError remote, HttpReply reply) {
        StringBuilder text = new StringBuilder()
                .append(reply.url().host())
                .append(" answered ")
                .append(remote.status());
        if (!remote.message().isEmpty()) {
            text.append(": ").append(remote.message());
        } else if (!remote.code().isEmpty()) {
            text.append(' ').append(remote.code());
        }
        return text.toString();
    }

    private static String clean(String text, int max) {
        String oneLine =
                Redaction.text(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return oneLine.length() <= max ? oneLine : oneLine.substring(0, max) + "…";
    }
}
