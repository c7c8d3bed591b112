package io.sandboximage;

import io.sandboximage.error.CancelledException;
import org.jspecify.annotations.Nullable;

/**
 * The first failure of a stage, with the later ones suppressed in it. What stopped the stage goes before what failed in it; what
 * merely obeyed is left out.
 */
final class RunFailure {
    private @Nullable Throwable primary;

    void add(Throwable failure) {
        if (primary == null) {
            primary = failure;
        } else if (primary != failure && !(failure instanceof CancelledException)) {
            primary.addSuppressed(failure);
        }
    }

    /** The stage is stopped for this reason. */
    void stop(RuntimeException reason) {
        Throwable before = primary;
        if (before instanceof CancelledException) {
            return;
        }
        primary = reason;
        if (before != null) {
            reason.addSuppressed(before);
        }
    }

    void throwIfAny() {
        if (primary instanceof Error error) {
            throw error;
        }
        if (primary instanceof RuntimeException exception) {
            throw exception;
        }
        if (primary != null) {
            throw new IllegalStateException(primary);
        }
    }
}
