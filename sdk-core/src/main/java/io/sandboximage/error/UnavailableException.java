package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** The far side cannot be reached or is failing; retries within the limits were made already. Try again later. */
public final class UnavailableException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        this(message, null, null);
    }

    public UnavailableException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public UnavailableException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
