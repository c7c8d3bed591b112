package io.sandboximage;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the loop of a run waits for: branches that end, and the wish to cancel. */
final class RunSignals {
    /** A branch ended or the run shall be cancelled. */
    sealed interface Signal {}

    /** @param branch its number within the stage */
    record Ended(int branch, @Nullable Throwable failure) implements Signal {}

    /** Cancels the run. */
    record Cancel() implements Signal {}

    private final BlockingQueue<Signal> queue = new LinkedBlockingQueue<>();

    void ended(int branch, @Nullable Throwable failure) {
        queue.add(new Ended(branch, failure));
    }

    void cancel() {
        queue.add(new Cancel());
    }

    /** The next signal, or null when {@code nanos} have passed. */
    @Nullable
    Signal next(long nanos) throws InterruptedException {
        return queue.poll(nanos, TimeUnit.NANOSECONDS);
    }
}
