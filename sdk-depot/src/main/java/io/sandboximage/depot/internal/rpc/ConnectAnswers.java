package io.sandboximage.depot.internal.rpc;

import com.google.protobuf.Message;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpStream;
import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The envelopes of one answer; the last one says how the call ended. */
final class ConnectAnswers<A extends Message> implements RpcAnswers<A> {
    private final HttpStream stream;
    private final A any;
    private final RpcCall call;
    private @Nullable A next;
    private boolean ended;
    private volatile boolean closed;

    ConnectAnswers(HttpStream stream, A any, RpcCall call) {
        this.stream = stream;
        this.any = any;
        this.call = call;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended && !closed) {
            next = read();
        }
        return next != null;
    }

    @Override
    public A next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        A answer = next;
        next = null;
        return answer;
    }

    private @Nullable A read() {
        try {
            Optional<Envelope> envelope = Envelope.read(stream.body());
            if (envelope.isEmpty()) {
                throw new IOException("the stream ended without saying how");
            }
            if (!envelope.get().last()) {
                return ConnectTransport.parse(any, envelope.get().content(), call);
            }
            ended = true;
            Optional<SandboxImageException> failure =
                    ConnectErrors.ofEnd(call, stream.head(), envelope.get().content());
            if (failure.isPresent()) {
                throw failure.get();
            }
            return null;
        } catch (IOException e) {
            ended = true;
            if (closed) {
                return null;
            }
            throw new UnavailableException(
                    "Could not " + call.what() + " to the end: the connection broke: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            stream.close();
        } catch (IOException ignored) {
            // Nothing more was wanted from it.
        }
    }
}
