package io.sandboximage.buildkit.internal.transport;

/** A socket that remembers when the far side last sent anything. */
public abstract class HeardSocket extends StreamSocket {
    private volatile long lastHeardNanos = System.nanoTime();

    /** By {@link System#nanoTime}; the opening of the socket until something comes. */
    public final long lastHeardNanos() {
        return lastHeardNanos;
    }

    protected final void heard() {
        lastHeardNanos = System.nanoTime();
    }
}
