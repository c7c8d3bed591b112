package io.sandboximage.registry.server;

import io.sandboximage.image.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.function.BiPredicate;

/** The users that may use the registry (RFC 7617). */
final class BasicAuth {
    static final String CHALLENGE = "Basic realm=\"sandbox-image\", charset=\"UTF-8\"";
    private static final String SCHEME = "basic ";

    private final BiPredicate<String, String> accepts;

    BasicAuth(BiPredicate<String, String> accepts) {
        this.accepts = accepts;
    }

    /** One user. Keeps a hash, so that comparing takes the same time for every guess. */
    static BasicAuth of(String user, String password) {
        byte[] expected = hash(user, password);
        return new BasicAuth((givenUser, given) -> MessageDigest.isEqual(hash(givenUser, given), expected));
    }

    void check(Optional<String> authorization) {
        if (authorization.isEmpty() || !accepts(authorization.get())) {
            throw new RegistryException(401, RegistryException.UNAUTHORIZED, "a user name and a password are needed")
                    .header("WWW-Authenticate", CHALLENGE);
        }
    }

    private boolean accepts(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        try {
            byte[] given = Base64.getDecoder()
                    .decode(authorization.substring(SCHEME.length()).trim());
            String text = new String(given, StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon >= 0 && accepts.test(text.substring(0, colon), text.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] hash(String user, String password) {
        return Digest.Algorithm.SHA256
                .newMessageDigest()
                .digest((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
