package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** The local file system failed: disk full, no permission, file too large. Free space or choose another place. */
public final class StorageException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message) {
        this(message, null, null);
    }

    public StorageException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public StorageException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }
}
