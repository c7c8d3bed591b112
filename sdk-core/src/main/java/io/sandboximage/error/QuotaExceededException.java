package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** A quota of the far side is used up: free something or raise the quota. */
public final class QuotaExceededException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public QuotaExceededException(String message) {
        this(message, null, null);
    }

    public QuotaExceededException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public QuotaExceededException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }
}
