package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** Bytes do not match their digest or size: the content was corrupted or tampered with on its way or in its store. */
public final class IntegrityException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public IntegrityException(String message) {
        this(message, null, null);
    }

    public IntegrityException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public IntegrityException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }
}
