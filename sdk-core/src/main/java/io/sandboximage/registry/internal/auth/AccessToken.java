package io.sandboximage.registry.internal.auth;

import io.sandboximage.internal.json.JsonView;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** What a token server granted. {@code toString} shows no secret. */
record AccessToken(String value, Instant expires, Optional<String> refreshToken) {
    /** What a token lasts if the server does not say (distribution, token authentication specification). */
    static final Duration DEFAULT_LIFE = Duration.ofSeconds(60);

    private static final Duration MAX_LIFE = Duration.ofHours(24);
    private static final Duration MARGIN = Duration.ofSeconds(5);

    /**
     * @param asked when the request was sent, by our clock: the token is at least as fresh as that
     * @return empty if the answer has no token
     */
    static Optional<AccessToken> parse(JsonView json, Instant asked, Instant now) {
        Optional<String> value = text(json, "token").or(() -> text(json, "access_token"));
        Duration life = json.number("expires_in")
                .filter(seconds -> seconds >= 0)
                .map(seconds -> Duration.ofSeconds(Math.min(seconds, MAX_LIFE.toSeconds())))
                .orElse(DEFAULT_LIFE);
        Instant issued = json.string("issued_at").flatMap(AccessToken::instant).orElse(asked);
        // A token from the server's cache is older than our request; a clock ahead of ours proves nothing.
        Instant start = issued.isBefore(asked) && issued.plus(life).isAfter(now) ? issued : asked;
        return value.map(v -> new AccessToken(v, start.plus(life), text(json, "refresh_token")));
    }

    /** Whether it will still be good on arrival. */
    boolean isFresh(Instant now) {
        return now.plus(MARGIN).isBefore(expires);
    }

    private static Optional<String> text(JsonView json, String name) {
        return json.string(name).filter(value -> !value.isEmpty());
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "AccessToken[value=***, expires=" + expires + "]";
    }
}
