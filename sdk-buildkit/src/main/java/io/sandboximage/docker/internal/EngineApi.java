package io.sandboximage.docker.internal;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpCall;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.HttpStream;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.internal.http.RetryPolicy;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the Engine API over connections of our own making, in the newest version that both sides know. One connection a call:
 * an engine that restarts between two calls is no fault of either. Thread-safe.
 */
public final class EngineApi implements AutoCloseable {
    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(2);
    /** Unpacking a large layer is silent; a lost engine shows by the end of the connection. */
    private static final Duration PATIENT_SILENCE_LIMIT = Duration.ofHours(1);

    private static final int MAX_JSON_BYTES = 64 * 1024 * 1024;
    private static final String USER_AGENT = HttpSettings.DEFAULT_USER_AGENT;

    private final String name;
    private final HttpUrl base;
    private final HttpTransport http;
    private volatile boolean podman;
    private volatile @Nullable ApiVersion version;

    /** Connects to the engine. */
    @FunctionalInterface
    public interface Dialer {
        Socket dial() throws IOException;
    }

    /**
     * @param name of the engine, for messages
     * @param authority for the Host header
     */
    public EngineApi(String name, String authority, Dialer dialer) {
        this.name = name;
        this.base = HttpUrl.get("http://" + authority + "/");
        this.http = new HttpTransport(new HttpSettings(
                SILENCE_LIMIT,
                SILENCE_LIMIT,
                SILENCE_LIMIT,
                PATIENT_SILENCE_LIMIT,
                USER_AGENT,
                Optional.empty(),
                Optional.of(new DialingSocketFactory(dialer)),
                RetryPolicy.defaults().withMaxAttempts(1)));
    }

    /** The version that calls are made in; the engine is asked once. */
    public ApiVersion version() {
        ApiVersion known = version;
        if (known == null) {
            HttpReply ping = ping();
            known = ApiVersion.negotiate(ping.header("Api-Version"));
            podman = ping.header("Libpod-Api-Version").isPresent();
            version = known;
        }
        return known;
    }

    /** Whether it is Podman, which speaks Docker's API; the engine is asked once. */
    public boolean podman() {
        version();
        return podman;
    }

    /** Asks for a sign of life. */
    public HttpReply ping() {
        String what = "ask the Docker engine for its API version";
        Request request = new Request.Builder()
                .url(base.newBuilder().addPathSegment("_ping").build())
                .header("Connection", "close")
                .build();
        HttpReply reply;
        try {
            reply = fetch(new HttpCall(what, request, false, false));
        } catch (UnavailableException e) {
            throw named(e, what);
        }
        if (!reply.successful()) {
            throw EngineFailures.of(reply, what, name);
        }
        return reply;
    }

    /** The JSON object of an answer; empty if the answer is. */
    public JsonView object(EngineCall call) {
        byte[] body = bytes(call);
        return body.length == 0
                ? new JsonView(Map.of(), "answer to " + call.path())
                : JsonView.parse(body, MAX_JSON_BYTES, "answer to " + call.path());
    }

    /** The JSON objects of an answer that is an array of them; empty if the answer is null. */
    public List<JsonView> objects(EngineCall call) {
        String what = "answer to " + call.path();
        List<JsonView> objects = new ArrayList<>();
        Object tree = Json.parse(bytes(call), MAX_JSON_BYTES, what);
        if (tree instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?>) {
                    objects.add(new JsonView(Json.asObject(element), what));
                }
            }
        }
        return objects;
    }

    /** Makes a call and reads the whole answer. */
    public byte[] bytes(EngineCall call) {
        return sent(call, request -> {
            HttpReply reply = fetch(request);
            if (!reply.successful()) {
                throw EngineFailures.of(reply, call.what(), name);
            }
            return reply.body();
        });
    }

    /** Makes a call and streams the answer, which the caller closes. */
    public InputStream stream(EngineCall call) {
        return sent(call, request -> {
            HttpStream reply = http.open(request);
            if (!reply.head().successful()) {
                throw EngineFailures.of(reply.head(), call.what(), name);
            }
            return reply.body();
        });
    }

    /** The engine, for messages. */
    public String name() {
        return name;
    }

    @Override
    public void close() {
        http.close();
    }

    @FunctionalInterface
    private interface Exchange<T> {
        T run(HttpCall call);
    }

    private HttpReply fetch(HttpCall call) {
        return http.fetch(call, MAX_JSON_BYTES);
    }

    /** A failed connection, told of the engine: the address that HTTP sees says nothing. */
    private UnavailableException named(UnavailableException failure, String what) {
        if (failure.remote().isPresent() || !(failure.getCause() instanceof IOException cause)) {
            return failure;
        }
        return new UnavailableException(
                "Could not " + what + ": the connection to the Docker engine at " + name + " failed: "
                        + AtomicFile.reason(cause),
                cause);
    }

    private <T> T sent(EngineCall call, Exchange<T> exchange) {
        HttpUrl.Builder url = base.newBuilder().addPathSegment("v" + version()).addPathSegments(call.path());
        call.query().forEach(url::addQueryParameter);
        @Nullable StreamedBody streamed = call.body().map(StreamedBody::new).orElse(null);
        RequestBody body =
                streamed == null && call.method().equals("POST") ? RequestBody.create(new byte[0]) : streamed;
        Request.Builder request = new Request.Builder()
                .url(url.build())
                .method(call.method(), body)
                .header("Connection", "close");
        call.headers().forEach(request::header);
        try {
            return exchange.run(new HttpCall(call.what(), request.build(), false, call.patient()));
        } catch (UnavailableException | CancelledException e) {
            if (streamed != null) {
                streamed.throwFailure();
            }
            throw e instanceof UnavailableException broken ? named(broken, call.what()) : e;
        }
    }
}
