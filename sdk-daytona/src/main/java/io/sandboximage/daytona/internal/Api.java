package io.sandboximage.daytona.internal;

import io.sandboximage.daytona.account.RateLimit;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpCall;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.HttpStream;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.internal.http.RetryAfter;
import io.sandboximage.internal.http.RetryBudget;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls to Daytona's API. What may be repeated is; an answer that is no success becomes the exception that says what to do.
 * Thread-safe.
 */
public final class Api implements AutoCloseable {
    /** The server answers larger bodies with a misleading 404 (seen: 90 kB pass, 110 kB do not). */
    public static final int MAX_REQUEST_BYTES = 100_000;

    private static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;
    /** What the network may add to the time of the work itself. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    private static final MediaType JSON = MediaType.get("application/json");

    private final ApiSettings settings;
    private final HttpTransport http;
    private final RateLimits limits;

    public Api(ApiSettings settings) {
        this.settings = settings;
        this.http = transport(HttpSettings.defaults().commitTimeout());
        this.limits = new RateLimits(settings.pace().clock());
    }

    public Pace pace() {
        return settings.pace();
    }

    /** The organisation that calls are for, where one was given. */
    public Optional<String> organization() {
        return settings.organization();
    }

    public Map<String, RateLimit> rateLimits() {
        return limits.seen();
    }

    /** An address of the API; each segment is encoded as one, whatever it holds. */
    public HttpUrl.Builder url(String... segments) {
        return append(settings.base().newBuilder(), segments);
    }

    /** An address that the API gave, for another of its services. */
    public HttpUrl.Builder elsewhere(String what, String given, String... segments) {
        HttpUrl url = HttpUrl.parse(given);
        if (url == null) {
            throw new UnavailableException("Could not " + what + ": the server named the address \"" + given
                    + "\", which is no http or https URL");
        }
        // The token goes along: never in clear text to where the API itself is spoken with encryption.
        if (!url.isHttps() && settings.base().isHttps()) {
            throw new UnavailableException("Could not " + what + ": the server named the plain http address "
                    + url.scheme() + "://" + url.host() + ", and the token is not sent there");
        }
        return append(url.newBuilder(), segments);
    }

    public JsonView get(String what, HttpUrl url) {
        return object(what, fetch(what, "GET", url, null));
    }

    /** The elements of an answer that is an array, or an object with the array in {@code items}. */
    public List<JsonView> list(String what, HttpUrl url) {
        return page(what, url).items();
    }

    /** Like {@link #list}, with what leads to the next page. */
    public Page page(String what, HttpUrl url) {
        Object tree = parse(what, fetch(what, "GET", url, null));
        if (!(tree instanceof Map<?, ?> map)) {
            return new Page(JsonLenient.objects(tree, what), Optional.empty());
        }
        Optional<String> next = map.get("nextCursor") instanceof String cursor && !cursor.isEmpty()
                ? Optional.of(cursor)
                : Optional.empty();
        return new Page(JsonLenient.objects(map.get("items"), what), next);
    }

    /**
     * A part of a list.
     *
     * @param next the cursor of the next part, where there is one
     */
    public record Page(List<JsonView> items, Optional<String> next) {}

    public JsonView post(String what, HttpUrl url, Map<String, Object> body) {
        return object(what, fetch(what, "POST", url, body));
    }

    /** A call whose answer may take as long as the work that it asks for. */
    public JsonView postPatiently(String what, HttpUrl url, Map<String, Object> body, Duration atMost) {
        try (HttpTransport patient = transport(atMost.plus(SLACK))) {
            HttpReply reply = patient.fetch(
                    new HttpCall(what, request("POST", url, encoded(what, body)), false, true), MAX_ANSWER_BYTES);
            if (!reply.successful()) {
                throw ApiFailures.of(reply, what, settings.pace().clock());
            }
            return object(what, reply);
        }
    }

    public JsonView patch(String what, HttpUrl url, Map<String, Object> body) {
        return object(what, fetch(what, "PATCH", url, body));
    }

    /** A call that creates something and has no answer to speak of. */
    public void send(String what, HttpUrl url, Map<String, Object> body) {
        fetch(what, "POST", url, body);
    }

    /** A call whose answer does not matter. */
    public void run(String what, String method, HttpUrl url) {
        fetch(what, method, url, method.equals("DELETE") ? null : Map.of());
    }

    /** A stream of bytes; its reads end when their thread is interrupted. */
    public HttpStream open(String what, HttpUrl url) {
        HttpStream stream = http.open(new HttpCall(what, request("GET", url, null), false, true));
        if (!stream.head().successful()) {
            throw ApiFailures.of(stream.head(), what, settings.pace().clock());
        }
        return stream;
    }

    @Override
    public void close() {
        http.close();
    }

    /** @param patience longest silence where the answer may take long */
    private HttpTransport transport(Duration patience) {
        HttpSettings defaults = HttpSettings.defaults();
        return new HttpTransport(new HttpSettings(
                defaults.connectTimeout(),
                defaults.readTimeout(),
                defaults.writeTimeout(),
                patience,
                settings.source() + "/" + settings.version(),
                Optional.empty(),
                Optional.empty(),
                settings.pace().retries()));
    }

    private HttpReply fetch(String what, String method, HttpUrl url, @Nullable Map<String, Object> body) {
        Request request = request(method, url, body == null ? null : encoded(what, body));
        // Repeating a DELETE or a GET changes nothing; a POST is repeated only where it was refused, never where it was
        // lost.
        boolean repeatable = !method.equals("POST") && !method.equals("PATCH");
        RetryBudget budget = http.retries().begin("trying to " + what);
        while (true) {
            HttpReply reply = http.fetch(new HttpCall(what, request, repeatable, false), MAX_ANSWER_BYTES);
            limits.read(reply.headers());
            boolean refused = reply.status() == 429 || reply.status() == 503;
            if (reply.successful()) {
                return reply;
            }
            if (repeatable
                    || !refused
                    || !budget.pause(
                            RetryAfter.of(reply.headers(), settings.pace().clock()))) {
                throw ApiFailures.of(reply, what, settings.pace().clock());
            }
        }
    }

    private Request request(String method, HttpUrl url, byte @Nullable [] body) {
        Request.Builder request = new Request.Builder()
                .url(url)
                .method(method, body == null ? null : new OnceBody(body))
                .header("Authorization", "Bearer " + settings.token())
                .header("Accept", "application/json")
                .header("X-Daytona-Source", settings.source())
                .header("X-Daytona-SDK-Version", settings.version());
        settings.organization().ifPresent(id -> request.header("X-Daytona-Organization-ID", id));
        return request.build();
    }

    private static byte[] encoded(String what, Map<String, Object> body) {
        // Calls that take nothing get nothing: the vendor's document allows them no body.
        byte[] bytes = body.isEmpty() ? new byte[0] : Json.write(body);
        if (bytes.length > MAX_REQUEST_BYTES) {
            throw new InvalidRequestException("Could not " + what + ": the request has " + bytes.length
                    + " bytes, and Daytona takes no more than " + MAX_REQUEST_BYTES
                    + ". Shorten the Dockerfile: move long texts into files of its context");
        }
        return bytes;
    }

    private static JsonView object(String what, HttpReply reply) {
        Object tree = parse(what, reply);
        if (tree instanceof Map<?, ?>) {
            return new JsonView(Json.asObject(tree), "answer to: " + what);
        }
        throw notTheApi(what, reply, null);
    }

    private static Object parse(String what, HttpReply reply) {
        try {
            Object tree = Json.parse(reply.body(), MAX_ANSWER_BYTES, "answer to: " + what);
            if (tree != null) {
                return tree;
            }
        } catch (InvalidContentException e) {
            throw notTheApi(what, reply, e);
        }
        throw notTheApi(what, reply, null);
    }

    private static SandboxImageException notTheApi(String what, HttpReply reply, @Nullable Throwable cause) {
        return new UnavailableException(
                "Could not " + what + ": " + reply.url().host() + " answered "
                        + reply.status() + " with " + ApiFailures.kind(reply)
                        + " instead of Daytona's JSON. Check the API URL, which ends with /api, and what lies between",
                cause);
    }

    private static HttpUrl.Builder append(HttpUrl.Builder url, String... segments) {
        for (String segment : segments) {
            url.addEncodedPathSegment(PathSegment.encode(segment));
        }
        return url;
    }

    /** A body that okhttp does not send again by itself when a connection breaks: nobody knows then what the server did. */
    private static final class OnceBody extends RequestBody {
        private final byte[] bytes;

        OnceBody(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public @Nullable MediaType contentType() {
            return bytes.length == 0 ? null : JSON;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }
    }
}
