package io.sandboximage.depot.internal.rpc;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The answers of one call over gRPC. */
final class GrpcAnswers<A> implements RpcAnswers<A> {
    private final Iterator<A> answers;
    private final Context.CancellableContext context;
    private final Function<StatusRuntimeException, RuntimeException> failures;
    private volatile boolean closed;

    GrpcAnswers(
            Iterator<A> answers,
            Context.CancellableContext context,
            Function<StatusRuntimeException, RuntimeException> failures) {
        this.answers = answers;
        this.context = context;
        this.failures = failures;
    }

    @Override
    public boolean hasNext() {
        try {
            return !closed && answers.hasNext();
        } catch (StatusRuntimeException e) {
            if (closed) {
                return false;
            }
            throw failures.apply(e);
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
