package io.sandboximage.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The work was not done within the time that the caller gave it, and was stopped: give it more time, or try again. */
public final class DeadlineExceededException extends SandboxImageException {
    private static final long serialVersionUID = 1L;
    private final Duration deadline;

    public DeadlineExceededException(String message, Duration deadline) {
        this(message, deadline, null);
    }

    public DeadlineExceededException(String message, Duration deadline, @Nullable Throwable cause) {
        super(message, cause, null);
        this.deadline = deadline;
    }

    /** How long the work was allowed to take. */
    public Duration deadline() {
        return deadline;
    }

    /** True: what was transferred before the stop need not be transferred again. */
    @Override
    public boolean retryable() {
        return true;
    }
}
