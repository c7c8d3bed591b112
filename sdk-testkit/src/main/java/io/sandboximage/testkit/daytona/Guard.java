package io.sandboximage.testkit.daytona;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may do what: one API key with permissions, and one user's token, which needs its organisation. */
final class Guard {
    static final String ORGANIZATION = "0b1f6f3e-6a55-4a43-9a0b-3f5a5f7c0001";

    private static final String SCHEME = "Bearer ";

    private final String apiKey;
    private final String jwt;
    private final Set<String> permissions;

    Guard(String apiKey, String jwt, Set<String> permissions) {
        this.apiKey = apiKey;
        this.jwt = jwt;
        this.permissions = permissions;
    }

    Set<String> permissions() {
        return permissions;
    }

    void authenticate(ApiCall call) {
        String token = token(call.header("Authorization"));
        if (jwt.equals(token)) {
            if (!ORGANIZATION.equals(call.header("X-Daytona-Organization-ID"))) {
                throw new ApiError(403, "Invalid authentication context");
            }
        } else if (!apiKey.equals(token)) {
            throw new ApiError(401, "Invalid credentials");
        }
    }

    void requireUser(ApiCall call) {
        if (!jwt.equals(token(call.header("Authorization")))) {
            throw new ApiError(401, "Invalid credentials");
        }
    }

    void requireKey(ApiCall call) {
        if (!apiKey.equals(token(call.header("Authorization")))) {
            throw ApiError.notFound("API key not found");
        }
    }

    void require(String... anyOf) {
        for (String permission : anyOf) {
            if (permissions.contains(permission)) {
                return;
            }
        }
        throw new ApiError(403, "Access denied");
    }

    private static @Nullable String token(@Nullable String header) {
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length())
                : null;
    }
}
