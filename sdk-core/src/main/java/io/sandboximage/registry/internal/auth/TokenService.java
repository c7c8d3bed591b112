package io.sandboximage.registry.internal.auth;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.internal.http.Redaction;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Tokens for somebody who talks to a registry himself and was challenged by it, so that he never sees the credentials. Thread-safe. */
public final class TokenService {
    private final TokenClient client;
    private final Clock clock;

    public TokenService(HttpTransport http, Clock clock) {
        this.client = new TokenClient(http, clock);
        this.clock = clock;
    }

    /** @param life how long it is good from now on */
    public record Token(String value, Duration life) {
        @Override
        public String toString() {
            return "Token[value=***, life=" + life + "]";
        }
    }

    /**
     * Asks the token server.
     *
     * @param registry whom the token is for
     * @param realm as the registry's challenge names it
     * @param service likewise; may be empty
     * @param scopes what the token is to allow, each {@code type:name:action,action}
     * @throws AuthenticationException if the realm is none, would show the credentials to the network, or refuses
     */
    public Token fetch(String registry, String realm, String service, List<String> scopes, Credentials credentials) {
        if (credentials instanceof Credentials.Bearer given) {
            return new Token(given.token(), AccessToken.DEFAULT_LIFE);
        }
        @Nullable HttpUrl url = HttpUrl.parse(realm);
        if (url == null) {
            throw new AuthenticationException(
                    "The registry " + registry + " names a token realm that is no http or https URL");
        }
        boolean secret = !(credentials instanceof Credentials.Anonymous);
        if (secret && !url.isHttps() && !registry.split(":", 2)[0].equals(url.host()) && !isLoopback(url.host())) {
            throw new AuthenticationException("The registry " + registry + " names the plain http realm "
                    + Redaction.url(url) + " on another host; no credentials are sent there."
                    + " Its operator must make the realm https");
        }
        AccessToken token = client.fetch(
                new BearerRealm(url, Optional.of(service).filter(text -> !text.isEmpty())),
                Scopes.parse(String.join(" ", scopes)),
                credentials);
        return new Token(token.value(), Duration.between(clock.instant(), token.expires()));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // Then nothing can be sent there either.
        }
    }
}
