package io.sandboximage.buildkit.internal.session;

import io.grpc.stub.StreamObserver;

/** What is left of a call that has been answered. */
final class Ignoring<T> implements StreamObserver<T> {
    @Override
    public void onNext(T value) {}

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {}
}
