package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** The work was cancelled or its thread interrupted. Where a thread was interrupted its interrupt flag stays set. */
public final class CancelledException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public CancelledException(String message) {
        this(message, null);
    }

    public CancelledException(String message, @Nullable Throwable cause) {
        super(message, cause, null);
    }

    /**
     * Call at every unit of work.
     *
     * @param work what is being done, for the message: {@code "writing root.ext4"}
     * @throws CancelledException if the current thread is interrupted; the flag stays set
     */
    public static void throwIfInterrupted(String work) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancelledException("Cancelled while " + work);
        }
    }

    /** Restores the interrupt flag and gives the exception to throw. */
    public static CancelledException interrupted(String work, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new CancelledException("Cancelled while " + work, cause);
    }
}
