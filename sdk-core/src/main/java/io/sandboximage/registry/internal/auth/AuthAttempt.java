package io.sandboximage.registry.internal.auth;

import io.sandboximage.credentials.Credentials;
import java.util.List;
import java.util.Optional;

/**
 * The authentication of one request: what to send first, and whether a refusal leaves something better to send. It gives up as
 * soon as something that was fetched just now is refused, so a registry that always answers 401 is asked a few times at most.
 */
public final class AuthAttempt {
    private static final int MAX_TRIES = 3;

    private final RegistryAuth auth;
    private final Scopes asked;
    private Scopes scopes;
    private int tries;
    private boolean fresh;
    private Optional<String> token = Optional.empty();
    private Optional<Credentials> sent = Optional.empty();

    AuthAttempt(RegistryAuth auth, Scopes scopes, Scopes asked) {
        this.auth = auth;
        this.scopes = scopes;
        this.asked = asked;
    }

    /** The value of the {@code Authorization} header to send now; empty where nothing is known or needed yet. */
    public Optional<String> header() {
        tries++;
        token = Optional.empty();
        sent = Optional.empty();
        Optional<BearerRealm> realm = auth.bearer();
        if (realm.isPresent()) {
            if (auth.credentials() instanceof Credentials.Bearer given) {
                sent = Optional.of(given);
                return Optional.of("Bearer " + given.token());
            }
            TokenCache.Answer answer = auth.token(realm.get(), scopes);
            fresh = answer.fetched();
            token = Optional.of(answer.token().value());
            return token.map(value -> "Bearer " + value);
        }
        if (auth.basic()) {
            Credentials credentials = auth.credentials();
            sent = Optional.of(credentials);
            if (credentials instanceof Credentials.Bearer given) {
                return Optional.of("Bearer " + given.token());
            }
            return TokenClient.asBasic(credentials).map(Credentials.Basic::authorization);
        }
        return Optional.empty();
    }

    /**
     * Takes note of an answer with status 401.
     *
     * @param headers its {@code WWW-Authenticate} headers
     * @return whether {@link #header()} now has something that was not refused yet
     */
    public boolean refused(List<String> headers) {
        if (tries >= MAX_TRIES) {
            return false;
        }
        List<Challenge> challenges = Challenge.parse(headers);
        boolean knewNothing = token.isEmpty() && sent.isEmpty();
        auth.learn(challenges);
        Scopes needed = RegistryAuth.find(challenges, "bearer")
                .flatMap(c -> c.parameter("scope"))
                .map(Scopes::parse)
                .orElse(Scopes.NONE);
        boolean more = !scopes.covers(needed);
        if (more) {
            scopes = scopes.and(needed);
            auth.learnScopes(asked, scopes);
        }
        if (knewNothing) {
            return auth.bearer().isPresent()
                    || (auth.basic() && !(auth.credentials() instanceof Credentials.Anonymous));
        }
        if (token.isPresent()) {
            token.ifPresent(auth::forgetToken);
            return !fresh || more;
        }
        return sent.filter(auth::renewCredentials).isPresent();
    }
}
