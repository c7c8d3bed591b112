package io.sandboximage.error;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Root of every failure that the SDK raises. Subclasses say what the caller can do about it; the message says what was
 * attempted, on what, why it failed and what to do next. Secrets never appear in messages.
 */
public abstract class SandboxImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient @Nullable RemoteError remote;

    protected SandboxImageException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause);
        this.remote = remote;
    }

    /** What the far side answered, where there was a far side that answered. */
    public Optional<RemoteError> remote() {
        return Optional.ofNullable(remote);
    }

    /** Whether the same call may succeed later without anything being changed. */
    public boolean retryable() {
        return false;
    }
}
