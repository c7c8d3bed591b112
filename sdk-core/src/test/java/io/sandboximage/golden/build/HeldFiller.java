package io.sandboximage.golden.build;

import io.sandboximage.error.CancelledException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A filler that stops where the test wants it, and fails as the test says. */
final class HeldFiller implements GoldenFiller {
    private final Semaphore entered = new Semaphore(0);
    private final Semaphore leave = new Semaphore(0);
    private final AtomicInteger fills = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    @Override
    public void fill(GoldenFill fill) {
        int number = fills.incrementAndGet();
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        entered.release();
        try {
            leave.acquire();
            fill.log("filled " + number);
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            Path folder = Files.createDirectories(fill.dataRoot().resolve("filled"));
            Files.writeString(folder.resolve("by-" + number), "");
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("filling", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            atOnce.decrementAndGet();
        }
    }

    void failNext(RuntimeException failure) {
        failures.add(failure);
    }

    void awaitEntered() throws InterruptedException {
        if (!entered.tryAcquire(1, TimeUnit.MINUTES)) {
            throw new AssertionError("no build began");
        }
    }

    void letGo() {
        leave.release();
    }

    int fills() {
        return fills.get();
    }

    int mostAtOnce() {
        return mostAtOnce.get();
    }
}
