package io.sandboximage.registry.internal.auth;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.internal.http.HttpTransport;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to one registry: its way to authenticate, learned from the first challenge, the credentials, the tokens. Thread-safe.
 * A request is authenticated through an {@link AuthAttempt}.
 */
public final class RegistryAuth {
    private final HttpUrl registryUrl;
    private final CredentialSlot credentials;
    private final TokenClient tokens;
    private final TokenCache cache;
    /** What a registry asked for beyond what we thought would do. */
    private final Map<Scopes, Scopes> learned = new ConcurrentHashMap<>();

    private volatile @Nullable BearerRealm bearer;
    private volatile boolean basic;

    /** @param registry as in image references */
    public RegistryAuth(
            String registry, HttpUrl registryUrl, CredentialProvider provider, HttpTransport http, Clock clock) {
        this.registryUrl = registryUrl;
        this.credentials = new CredentialSlot(registry, provider);
        this.tokens = new TokenClient(http, clock);
        this.cache = new TokenCache(clock);
    }

    /** Begins a request that needs {@code scopes}. */
    public AuthAttempt begin(Scopes scopes) {
        return new AuthAttempt(this, learned.getOrDefault(scopes, scopes), scopes);
    }

    Credentials credentials() {
        return credentials.current();
    }

    boolean renewCredentials(Credentials refused) {
        return credentials.renew(refused);
    }

    Optional<BearerRealm> bearer() {
        return Optional.ofNullable(bearer);
    }

    boolean basic() {
        return basic;
    }

    /** Remembers how this registry wants to be talked to. */
    void learn(List<Challenge> challenges) {
        Optional<Challenge> token = find(challenges, "bearer");
        if (token.isPresent()) {
            bearer = BearerRealm.of(token.get(), registryUrl);
            basic = false;
        } else if (find(challenges, "basic").isPresent()) {
            bearer = null;
            basic = true;
        }
    }

    void learnScopes(Scopes asked, Scopes needed) {
        learned.put(asked, needed);
    }

    TokenCache.Answer token(BearerRealm realm, Scopes scopes) {
        return cache.get(scopes, () -> fetch(realm, scopes));
    }

    void forgetToken(String value) {
        cache.forget(value);
    }

    static Optional<Challenge> find(List<Challenge> challenges, String scheme) {
        return challenges.stream().filter(c -> c.scheme().equals(scheme)).findFirst();
    }

    private AccessToken fetch(BearerRealm realm, Scopes scopes) {
        Credentials used = credentials();
        AccessToken token;
        try {
            token = tokens.fetch(realm, scopes, used);
        } catch (AuthenticationException e) {
            if (!credentials.renew(used)) {
                throw e;
            }
            used = credentials();
            token = tokens.fetch(realm, scopes, used);
        }
        Credentials exchanged = used;
        token.refreshToken().ifPresent(refresh -> credentials.rotate(exchanged, refresh));
        return token;
    }
}
