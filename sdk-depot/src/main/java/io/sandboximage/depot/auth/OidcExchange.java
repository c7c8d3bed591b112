package io.sandboximage.depot.auth;

import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.internal.http.HttpCall;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/** Requests to the services that vouch for CI jobs. For one exchange; closing frees the connection. */
final class OidcExchange implements AutoCloseable {
    /** Whom the tokens are for. */
    static final String AUDIENCE = "https://depot.dev";

    static final int MAX_BYTES = 256 * 1024;
    private static final MediaType JSON = MediaType.get("application/json");

    private final String provider;
    private final HttpTransport http = new HttpTransport(HttpSettings.defaults());

    /** @param provider for messages */
    OidcExchange(String provider) {
        this.provider = provider;
    }

    static HttpUrl url(String text, String variable) {
        return Optional.ofNullable(HttpUrl.parse(text))
                .orElseThrow(() -> new AuthenticationException("The value of " + variable + " is no address"));
    }

    JsonView get(HttpUrl url, Map<String, String> headers) {
        return json(send(request(url, headers).get().build()));
    }

    JsonView post(HttpUrl url, Map<String, String> headers, Map<String, Object> body) {
        return json(send(post(url, headers, RequestBody.create(Json.write(body), JSON))));
    }

    /** The answer to an empty request, whatever its status. */
    HttpReply poll(HttpUrl url) {
        return fetch(post(url, Map.of(), RequestBody.create(new byte[0])));
    }

    private static Request post(HttpUrl url, Map<String, String> headers, RequestBody body) {
        return request(url, headers).post(body).build();
    }

    private static Request.Builder request(HttpUrl url, Map<String, String> headers) {
        Request.Builder request = new Request.Builder().url(url);
        headers.forEach(request::header);
        return request;
    }

    private HttpReply send(Request request) {
        HttpReply reply = fetch(request);
        if (!reply.successful()) {
            throw new AuthenticationException("Could not get an identity token from " + provider
                    + ": it answered with status " + reply.status() + ". Check that the job may ask for one");
        }
        return reply;
    }

    private HttpReply fetch(Request request) {
        return http.fetch(HttpCall.repeatable("get an identity token from " + provider, request), MAX_BYTES);
    }

    private JsonView json(HttpReply reply) {
        try {
            return JsonView.parse(reply.body(), MAX_BYTES, "answer of " + provider);
        } catch (SandboxImageException e) {
            // Not chained: it may quote what it read, which may be a token.
            throw new AuthenticationException(
                    "Could not get an identity token from " + provider + ": its answer is no JSON");
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
