package io.sandboximage.examples.cli;

import io.sandboximage.error.CancelledException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes SIGINT and SIGTERM cancel the work: the main thread is interrupted, cleans up, and only then the JVM ends, with 130 or 143.
 */
public final class Cancellation {
    private static final long PATIENCE_SECONDS = 30;

    private final Thread worker;
    private final CountDownLatch finished = new CountDownLatch(1);

    private Cancellation(Thread worker) {
        this.worker = worker;
    }

    /** To be called by the thread that does the work. */
    public static Cancellation onSignal() {
        Cancellation cancellation = new Cancellation(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(new Thread(cancellation::cancel, "sandbox-image cancel"));
        return cancellation;
    }

    /** Ends the JVM with a code; where a signal is ending it already, that one's code stands. */
    public void finish(int code) {
        finished.countDown();
        System.exit(code);
    }

    private void cancel() {
        if (finished.getCount() == 0) {
            return;
        }
        worker.interrupt();
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("sandbox-image: the work did not stop within " + PATIENCE_SECONDS + " s; giving up");
            }
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the work to stop", e);
        }
    }
}
