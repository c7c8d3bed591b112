package io.sandboximage.doppler;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpCall;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.internal.http.RetryAfter;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/** Doppler's REST API, version 3, as far as it is needed: set secrets ({@code POST /v3/configs/config/secrets}). */
final class DopplerApi implements AutoCloseable {
    private static final MediaType JSON = Objects.requireNonNull(MediaType.parse("application/json"));
    private static final int MAX_REPLY_BYTES = 16 * 1024 * 1024;
    private static final String HIDDEN = "***";

    private final DopplerConfig config;
    private final HttpTransport http = new HttpTransport(HttpSettings.defaults());

    DopplerApi(DopplerConfig config) {
        this.config = config;
    }

    /** Sets secrets; others stay as they are. To set the same again changes nothing, so it may be repeated. */
    void set(Map<String, String> secrets) {
        Map<String, Object> body = new LinkedHashMap<>();
        config.project().ifPresent(project -> body.put("project", project));
        config.config().ifPresent(name -> body.put("config", name));
        body.put("secrets", secrets);
        HttpUrl base = HttpUrl.parse(config.api().toString());
        if (base == null) {
            throw new InvalidRequestException("Doppler's API " + config.api() + " is no http address");
        }
        Request request = new Request.Builder()
                .url(base.newBuilder()
                        .addPathSegments("v3/configs/config/secrets")
                        .build())
                .header("Authorization", "Bearer " + config.token())
                .header("Accept", "application/json")
                .post(RequestBody.create(Json.write(body), JSON))
                .build();
        String what = "set the secrets " + String.join(", ", secrets.keySet()) + " in Doppler, " + config;
        // A success repeats every secret of the config: it is not looked at.
        HttpReply reply = http.fetch(HttpCall.repeatable(what, request), MAX_REPLY_BYTES);
        if (!reply.successful()) {
            throw failure(reply, what, secrets.values());
        }
    }

    private SandboxImageException failure(HttpReply reply, String what, Collection<String> values) {
        String reason = reason(reply.body());
        for (String value : values) {
            reason = value.isEmpty() ? reason : reason.replace(value, HIDDEN);
        }
        reason = reason.replace(config.token(), HIDDEN);
        RemoteError remote = new RemoteError(reply.status(), "", reason);
        String text = "Could not " + what + ": " + reply.url().host() + " answered " + reply.status()
                + (reason.isEmpty() ? "" : " (" + reason + ")");
        return switch (reply.status()) {
            case 401 -> new AuthenticationException(text + ". Give another token", null, remote);
            case 403 ->
                new AccessDeniedException(
                        text + ". The token may only read: give one that may write to this config", null, remote);
            case 404 -> new NotFoundException(text + ". Check the names of project and config", null, remote);
            case 429 ->
                new RateLimitedException(
                        text + ". Try again later",
                        RetryAfter.of(reply.headers(), Clock.systemUTC()).orElse(null),
                        null,
                        remote);
            default ->
                reply.status() < 500
                        ? new InvalidRequestException(text, null, remote)
                        : new UnavailableException(text, null, remote);
        };
    }

    private static String reason(byte[] body) {
        try {
            return String.join(
                    "; ",
                    JsonView.parse(body, HttpTransport.MAX_ERROR_BYTES, "answer of Doppler")
                            .strings("messages"));
        } catch (InvalidContentException e) {
            return "";
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
