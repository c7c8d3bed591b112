package io.sandboximage.depot.internal.rpc;

import io.grpc.ClientCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.sandboximage.error.CancelledException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The requests of one call over gRPC. */
final class GrpcUpload<Q, A> implements RpcUpload<Q> {
    private final ClientCall<Q, A> grpc;
    private final RpcCall call;
    private final Function<StatusRuntimeException, RuntimeException> failures;
    private final StreamObserver<Q> requests;
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Has a permit whenever gRPC may have room for more, or the call has ended. */
    private final Semaphore changes = new Semaphore(0);

    private volatile @Nullable Throwable failure;

    GrpcUpload(ClientCall<Q, A> grpc, RpcCall call, Function<StatusRuntimeException, RuntimeException> failures) {
        this.grpc = grpc;
        this.call = call;
        this.failures = failures;
        this.requests = ClientCalls.asyncClientStreamingCall(grpc, new End());
    }

    @Override
    public void send(Q request) {
        awaitRoom();
        if (ended.getCount() == 0) {
            throwFailure();
        }
        requests.onNext(request);
    }

    /** Without this gRPC keeps in memory all that the server has not taken yet. */
    private void awaitRoom() {
        try {
            while (!grpc.isReady() && ended.getCount() > 0) {
                changes.acquire();
            }
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("trying to " + call.what(), e);
        }
    }

    @Override
    public void finish() {
        if (ended.getCount() > 0) {
            requests.onCompleted();
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("trying to " + call.what(), e);
        }
        if (failure != null) {
            throwFailure();
        }
    }

    private void throwFailure() {
        Throwable cause = failure == null ? Status.ABORTED.asRuntimeException() : failure;
        throw failures.apply(Status.fromThrowable(cause).asRuntimeException());
    }

    @Override
    public void close() {
        if (ended.getCount() > 0) {
            grpc.cancel("given up", null);
        }
    }

    private final class End implements ClientResponseObserver<Q, A> {
        @Override
        public void beforeStart(ClientCallStreamObserver<Q> stream) {
            stream.setOnReadyHandler(changes::release);
        }

        @Override
        public void onNext(A answer) {}

        @Override
        public void onError(Throwable cause) {
            failure = cause;
            ended.countDown();
            changes.release();
        }

        @Override
        public void onCompleted() {
            ended.countDown();
            changes.release();
        }
    }
}
