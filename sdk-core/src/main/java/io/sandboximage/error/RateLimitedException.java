package io.sandboximage.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The far side asks for fewer requests: wait for {@link #retryAfter()}, then try again. */
public final class RateLimitedException extends SandboxImageException {
    private static final long serialVersionUID = 1L;
    private final @Nullable Duration retryAfter;

    public RateLimitedException(
            String message, @Nullable Duration retryAfter, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
        this.retryAfter = retryAfter;
    }

    /** How long the server asks to wait, from when it answered; empty if it did not say. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
