package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** The request itself is wrong: an argument, a reference, an option that contradicts another. Change the request. */
public final class InvalidRequestException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public InvalidRequestException(String message) {
        this(message, null, null);
    }

    public InvalidRequestException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public InvalidRequestException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }
}
