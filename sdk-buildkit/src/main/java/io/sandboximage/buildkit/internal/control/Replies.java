package io.sandboximage.buildkit.internal.control;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The answers of one call, each asked for when it is wanted. For one thread, but closing from another ends it. */
public final class Replies<A> implements Iterator<A>, AutoCloseable {
    private final DaemonCalls calls;
    private final String attempt;
    private final Context.CancellableContext context;
    private final Iterator<A> answers;
    private volatile boolean closed;

    <Q> Replies(DaemonCalls calls, String attempt, Channel channel, MethodDescriptor<Q, A> method, Q request) {
        this.calls = calls;
        this.attempt = attempt;
        // Not the thread's own context: a call that the daemon made must not end this one with it.
        this.context = Context.ROOT.withCancellation();
        Context before = context.attach();
        try {
            this.answers = ClientCalls.blockingServerStreamingCall(channel, method, CallOptions.DEFAULT, request);
        } finally {
            context.detach(before);
        }
    }

    @Override
    public boolean hasNext() {
        try {
            return !closed && answers.hasNext();
        } catch (StatusRuntimeException e) {
            if (closed) {
                return false;
            }
            throw calls.failure(attempt, e);
        }
    }

    @Override
    public A next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return answers.next();
    }

    @Override
    public void close() {
        closed = true;
        context.cancel(null);
    }
}
