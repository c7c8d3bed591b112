package io.sandboximage.registry;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.http.HttpCall;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpStream;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.internal.http.RetryPolicy;
import io.sandboximage.registry.internal.auth.AuthAttempt;
import io.sandboximage.registry.internal.auth.RegistryAuth;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** One registry: sends requests with its authentication, and keeps what was learned about it. Thread-safe. */
final class RegistryConnection {
    private final RegistryHost host;
    private final HttpTransport http;
    private final RegistryAuth auth;
    private final AtomicBoolean refusesSinglePost = new AtomicBoolean();

    RegistryConnection(RegistryHost host, HttpTransport http, RegistryAuth auth) {
        this.host = host;
        this.http = http;
        this.auth = auth;
    }

    RegistryHost host() {
        return host;
    }

    RetryPolicy retries() {
        return http.retries();
    }

    /** Whether this registry was seen to ignore or refuse an upload in one single POST. */
    AtomicBoolean refusesSinglePost() {
        return refusesSinglePost;
    }

    /** Sends the request, authenticated; gives the last answer, good or bad. */
    HttpReply fetch(RegistryRequest request, int maxBytes) {
        return authenticated(request, call -> new HttpStream(http.fetch(call, maxBytes), InputStream.nullInputStream()))
                .head();
    }

    /** Like {@link #fetch} with the body of a success as a stream that the caller closes. */
    HttpStream open(RegistryRequest request) {
        return authenticated(request, http::open);
    }

    /** Without authentication, for places that are not this registry. */
    HttpStream openElsewhere(String what, Request request) {
        return http.open(HttpCall.repeatable(what, request));
    }

    /**
     * The URL of a {@code Location} or {@code Link} header. Behind a proxy that ends TLS, registries name themselves by http; the
     * way to the same host stays https.
     *
     * @throws InvalidContentException if it leads from https to plain http elsewhere, or nowhere
     */
    HttpUrl resolve(HttpUrl from, String location) {
        @Nullable HttpUrl target = from.resolve(location);
        if (target == null) {
            throw new InvalidContentException(
                    "The registry " + host.name() + " sent an address that is no http or https URL");
        }
        if (host.url().isHttps() && !target.isHttps()) {
            if (!target.host().equals(host.url().host())) {
                throw new InvalidContentException("The registry " + host.name()
                        + " sent on from https to plain http at " + target.host() + ", which is refused");
            }
            return target.newBuilder().scheme("https").port(host.url().port()).build();
        }
        return target;
    }

    /** Whether requests to {@code url} carry this registry's credentials. */
    boolean owns(HttpUrl url) {
        return url.scheme().equals(host.url().scheme())
                && url.host().equals(host.url().host())
                && url.port() == host.url().port();
    }

    /**
     * The value of an {@code Authorization} header as this registry wants it now.
     *
     * @param probe what to ask where nothing is known of the registry yet
     * @return empty where nobody has to say who he is, or there is nothing to say
     */
    Optional<String> authorization(RegistryRequest probe) {
        AuthAttempt attempt = auth.begin(probe.scopes());
        Optional<String> known = attempt.header();
        if (known.isPresent()) {
            return known;
        }
        HttpReply head = http.fetch(call(probe, Optional.empty()), HttpTransport.MAX_ERROR_BYTES);
        boolean asked = head.status() == 401
                && owns(head.url())
                && attempt.refused(head.headers().values("WWW-Authenticate"));
        return asked ? attempt.header() : Optional.empty();
    }

    @FunctionalInterface
    private interface Sender {
        HttpStream send(HttpCall call);
    }

    private HttpStream authenticated(RegistryRequest request, Sender sender) {
        if (!owns(request.request().url())) {
            return sender.send(call(request, Optional.empty()));
        }
        AuthAttempt attempt = auth.begin(request.scopes());
        while (true) {
            HttpStream answer = sender.send(call(request, attempt.header()));
            HttpReply head = answer.head();
            // A 401 of another host, after a redirect, is not about our credentials.
            if (head.status() != 401
                    || !owns(head.url())
                    || !attempt.refused(head.headers().values("WWW-Authenticate"))) {
                return answer;
            }
        }
    }

    private static HttpCall call(RegistryRequest request, Optional<String> authorization) {
        Request.Builder builder = request.request().newBuilder();
        authorization.ifPresent(value -> builder.header("Authorization", value));
        return new HttpCall(request.what(), builder.build(), request.repeatable(), request.patient());
    }
}
