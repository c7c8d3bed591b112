package io.sandboximage.testkit.depot;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A call whose answer waits: what it asks for is done, but the caller does not hear of it until it is released. */
public final class DepotHold implements AutoCloseable {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    DepotHold() {}

    /** Waits until the call is there. */
    public void awaitCall(Duration limit) throws InterruptedException {
        if (!reached.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("The call did not come within " + limit);
        }
    }

    /** Lets the answer go. */
    public void release() {
        released.countDown();
    }

    void hold() throws InterruptedException {
        reached.countDown();
        released.await();
    }

    @Override
    public void close() {
        release();
    }
}
