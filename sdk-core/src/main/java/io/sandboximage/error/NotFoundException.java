package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** The image, tag, blob, file or platform does not exist there; the message lists what does, where known. */
public final class NotFoundException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public NotFoundException(String message) {
        this(message, null, null);
    }

    public NotFoundException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public NotFoundException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }
}
