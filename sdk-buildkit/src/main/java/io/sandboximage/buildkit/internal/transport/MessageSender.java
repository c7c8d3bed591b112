package io.sandboximage.buildkit.internal.transport;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends from any thread into a call that the daemon made, and waits while the daemon takes nothing. Must be made inside the
 * method that handles the call. After the end everything that is sent is dropped.
 */
public final class MessageSender<T> {
    /** Enough in flight to keep the tunnel busy. */
    private static final int READY_THRESHOLD_BYTES = 1024 * 1024;

    private final ServerCallStreamObserver<T> out;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ready = lock.newCondition();
    private boolean ended;

    public MessageSender(ServerCallStreamObserver<T> out) {
        this.out = out;
        out.setOnReadyThreshold(READY_THRESHOLD_BYTES);
        out.setOnReadyHandler(this::wake);
        out.setOnCancelHandler(this::cancelled);
    }

    /**
     * Sends one message; what it wraps may be reused afterwards.
     *
     * @throws StatusRuntimeException if the call has ended
     */
    public void send(T message) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!ended && !out.isReady()) {
                ready.await();
            }
            if (ended) {
                throw Status.CANCELLED
                        .withDescription("The daemon ended the call")
                        .asRuntimeException();
            }
            out.onNext(message);
        } finally {
            lock.unlock();
        }
    }

    /** Sends without waiting, for the last small message; in the thread that handles the call, waiting would never end. */
    public void sendNow(T message) {
        lock.lock();
        try {
            if (!ended) {
                out.onNext(message);
            }
        } finally {
            lock.unlock();
        }
    }

    public void complete() {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                out.onCompleted();
                ready.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    public void fail(Status status) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                out.onError(status.asRuntimeException());
                ready.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void cancelled() {
        lock.lock();
        try {
            ended = true;
            ready.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            ready.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
