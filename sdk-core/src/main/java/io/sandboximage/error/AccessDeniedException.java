package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** The credentials are good but lack the right for this operation: ask for the permission. */
public final class AccessDeniedException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public AccessDeniedException(String message) {
        this(message, null, null);
    }

    public AccessDeniedException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public AccessDeniedException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }
}
