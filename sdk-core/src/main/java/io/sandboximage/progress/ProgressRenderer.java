package io.sandboximage.progress;

/**
 * A listener that shows progress to people or programs, from a daemon thread of its own: a slow terminal or a full pipe never
 * delays the work. It serves one run after the other, not several at once. When the last task of a run ends, the listener waits up
 * to two seconds for the output to be written, so that nothing is lost where the JVM ends next.
 */
public interface ProgressRenderer extends ProgressListener, AutoCloseable {
    /** Writes what is still to be written, within two seconds, and ends the thread. The stream stays open. */
    @Override
    void close();
}
