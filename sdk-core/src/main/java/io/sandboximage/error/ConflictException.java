package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** The target exists already or is in use in another way: choose another name or remove it first. */
public final class ConflictException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public ConflictException(String message) {
        this(message, null, null);
    }

    public ConflictException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public ConflictException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }
}
