package io.sandboximage.registry.internal.auth;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.internal.http.HttpCall;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.internal.json.JsonView;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * Asks token servers: by GET with basic authentication (distribution, "token authentication specification") or by POST with a
 * refresh token or password (distribution, "OAuth2 token authentication"). Where a server knows only one way, the other one is
 * tried.
 */
final class TokenClient {
    private static final String CLIENT_ID = "sandbox-image-sdk";
    private static final int MAX_BYTES = 1024 * 1024;
    /** What stands for the user name where only a token is known. */
    private static final String TOKEN_USER = "<token>";

    private final HttpTransport http;
    private final Clock clock;

    TokenClient(HttpTransport http, Clock clock) {
        this.http = http;
        this.clock = clock;
    }

    /** @throws AuthenticationException if the server refuses or gives no token */
    AccessToken fetch(BearerRealm realm, Scopes scopes, Credentials credentials) {
        String what = "get a token" + (scopes.equals(Scopes.NONE) ? "" : " for " + scopes);
        Request get = get(realm, scopes, credentials);
        Request first = get;
        Request second = get;
        if (credentials instanceof Credentials.IdentityToken identity) {
            first = post(realm, scopes, refreshGrant(identity));
        } else if (credentials instanceof Credentials.Basic basic) {
            second = post(realm, scopes, passwordGrant(basic));
        }
        Instant asked = clock.instant();
        HttpReply reply = send(what, first);
        if (first != second && (reply.status() == 404 || reply.status() == 405)) {
            asked = clock.instant();
            reply = send(what, second);
        }
        if (!reply.successful()) {
            throw HttpFailures.of(reply, what);
        }
        JsonView json = JsonView.parse(
                reply.body(),
                MAX_BYTES,
                "answer of the token server " + realm.url().host());
        Optional<AccessToken> token = AccessToken.parse(json, asked, clock.instant());
        return token.orElseThrow(() -> new AuthenticationException(
                "Could not " + what + ": the answer of " + realm.url().host() + " holds no token"));
    }

    static Optional<Credentials.Basic> asBasic(Credentials credentials) {
        if (credentials instanceof Credentials.Basic basic) {
            return Optional.of(basic);
        }
        if (credentials instanceof Credentials.IdentityToken identity) {
            String username = identity.username().isEmpty() ? TOKEN_USER : identity.username();
            return Optional.of(new Credentials.Basic(username, identity.token()));
        }
        return Optional.empty();
    }

    private HttpReply send(String what, Request request) {
        return http.fetch(HttpCall.repeatable(what, request), MAX_BYTES);
    }

    private static Request get(BearerRealm realm, Scopes scopes, Credentials credentials) {
        HttpUrl.Builder url = realm.url().newBuilder();
        realm.service().ifPresent(service -> url.setQueryParameter("service", service));
        scopes.strings().forEach(scope -> url.addQueryParameter("scope", scope));
        Request.Builder request = new Request.Builder().url(url.build());
        asBasic(credentials).ifPresent(basic -> request.header("Authorization", basic.authorization()));
        return request.build();
    }

    private static Request post(BearerRealm realm, Scopes scopes, FormBody.Builder form) {
        realm.service().ifPresent(service -> form.add("service", service));
        form.add("client_id", CLIENT_ID);
        if (!scopes.equals(Scopes.NONE)) {
            form.add("scope", scopes.toString());
        }
        return new Request.Builder().url(realm.url()).post(form.build()).build();
    }

    private static FormBody.Builder refreshGrant(Credentials.IdentityToken identity) {
        return new FormBody.Builder().add("grant_type", "refresh_token").add("refresh_token", identity.token());
    }

    private static FormBody.Builder passwordGrant(Credentials.Basic basic) {
        return new FormBody.Builder()
                .add("grant_type", "password")
                .add("username", basic.username())
                .add("password", basic.password());
    }
}
