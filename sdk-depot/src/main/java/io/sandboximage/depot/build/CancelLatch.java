package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.error.CancelledException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Depot's wish that a build ends. It may come before there is a connection to end: then it is remembered, and the connection is
 * ended as soon as there is one. Thread-safe.
 */
final class CancelLatch {
    private final ReentrantLock lock = new ReentrantLock();
    private boolean cancelled;
    private @Nullable BuildKitClient client;

    void cancel() {
        lock.lock();
        try {
            cancelled = true;
            if (client != null) {
                client.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection that the build depends on from now on. */
    void attach(BuildKitClient newClient) {
        lock.lock();
        try {
            client = newClient;
            if (cancelled) {
                newClient.close();
            }
        } finally {
            lock.unlock();
        }
        check(null);
    }

    /** @throws CancelledException if the build is to end */
    void check(@Nullable Throwable failure) {
        lock.lock();
        try {
            if (cancelled) {
                throw new CancelledException(
                        "Depot ended the build: its time limit, or somebody who cancelled it there", failure);
            }
        } finally {
            lock.unlock();
        }
    }
}
