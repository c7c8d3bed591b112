package io.sandboximage.testkit.depot;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;

/** A call that is passed on to somebody else, message by message: the next is fetched when the last one was taken. */
class PassedCall extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> caller;
    private final ClientCall<byte[], byte[]> callee;
    private final AtomicBoolean callerWaits = new AtomicBoolean();
    private final AtomicBoolean calleeWaits = new AtomicBoolean();

    PassedCall(ServerCall<byte[], byte[]> caller, ClientCall<byte[], byte[]> callee) {
        this.caller = caller;
        this.callee = callee;
    }

    PassedCall begin(Metadata headers) {
        callee.start(new Answers(), headers);
        caller.request(1);
        callee.request(1);
        return this;
    }

    /** A message of the caller's, as it goes on. */
    byte[] request(byte[] message) {
        return message;
    }

    /** A message for the caller, as it goes on. */
    byte[] answer(byte[] message) {
        return message;
    }

    @Override
    public void onMessage(byte[] message) {
        callee.sendMessage(request(message));
        callerWaits.set(true);
        askCaller();
    }

    @Override
    public void onHalfClose() {
        callee.halfClose();
    }

    @Override
    public void onCancel() {
        callee.cancel("the caller is gone", null);
    }

    @Override
    public void onReady() {
        askCallee();
    }

    /** Readiness may come at any time and from another thread: so it is looked at after the wish is noted. */
    private void askCaller() {
        if (callee.isReady() && callerWaits.compareAndSet(true, false)) {
            caller.request(1);
        }
    }

    private void askCallee() {
        if (caller.isReady() && calleeWaits.compareAndSet(true, false)) {
            callee.request(1);
        }
    }

    private final class Answers extends ClientCall.Listener<byte[]> {
        @Override
        public void onHeaders(Metadata headers) {
            caller.sendHeaders(headers);
        }

        @Override
        public void onMessage(byte[] message) {
            caller.sendMessage(answer(message));
            calleeWaits.set(true);
            askCallee();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            caller.close(status, trailers);
        }

        @Override
        public void onReady() {
            askCaller();
        }
    }
}
