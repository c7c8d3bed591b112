package io.sandboximage.registry.server;

import io.sandboximage.image.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/** The user that may use the registry (RFC 7617). Keeps a hash, so that comparing takes the same time for every guess. */
final class BasicAuth {
    static final String CHALLENGE = "Basic realm=\"sandbox-image\", charset=\"UTF-8\"";
    private static final String SCHEME = "basic ";

    private final byte[] expected;

    BasicAuth(String user, String password) {
        this.expected = hash((user + ":" + password).getBytes(StandardCharsets.UTF_8));
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
            return MessageDigest.isEqual(hash(given), expected);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] hash(byte[] credentials) {
        return Digest.Algorithm.SHA256.newMessageDigest().digest(credentials);
    }
}
