package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** Credentials are missing, wrong or expired: give (other) credentials. */
public final class AuthenticationException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public AuthenticationException(String message) {
        this(message, null, null);
    }

    public AuthenticationException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public AuthenticationException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }
}
