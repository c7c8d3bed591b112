package io.sandboximage.internal.http;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Where to go on after a redirect. okhttp's own following is off, because it would go from https to http and knows nothing of
 * the headers that must not leave the host.
 */
final class Redirects {
    static final int MAX_HOPS = 10;

    private static final Set<Integer> ANY_METHOD = Set.of(307, 308);
    private static final Set<Integer> READS = Set.of(301, 302, 303, 307, 308);

    private Redirects() {}

    /** @throws ProtocolException if the redirect leads to where this request must not go */
    static Optional<Request> next(Request request, Response response) throws IOException {
        boolean read = request.method().equals("GET") || request.method().equals("HEAD");
        if (!(read ? READS : ANY_METHOD).contains(response.code())) {
            return Optional.empty();
        }
        String location = response.header("Location");
        if (location == null) {
            return Optional.empty();
        }
        HttpUrl target = request.url().resolve(location);
        if (target == null) {
            throw new ProtocolException("the redirect to an address that is no http or https URL");
        }
        if (request.url().isHttps() && !target.isHttps()) {
            throw new ProtocolException("the redirect from https to plain http at " + target.host() + " is refused");
        }
        Request.Builder next = request.newBuilder().url(target);
        if (!sameOrigin(request.url(), target)) {
            next.removeHeader("Authorization").removeHeader("Cookie");
        }
        return Optional.of(next.build());
    }

    static boolean sameOrigin(HttpUrl a, HttpUrl b) {
        return a.scheme().equals(b.scheme()) && a.host().equals(b.host()) && a.port() == b.port();
    }
}
