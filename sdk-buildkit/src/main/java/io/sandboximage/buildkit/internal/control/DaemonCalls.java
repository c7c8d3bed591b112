package io.sandboximage.buildkit.internal.control;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.sandboximage.buildkit.internal.solve.Failures;
import io.sandboximage.error.CancelledException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Makes calls to one daemon; failures come in the SDK's own words. Thread-safe. */
public final class DaemonCalls {
    /** How long calls with one answer may take, unless told otherwise. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private final Supplier<? extends Channel> channel;
    private final String address;

    /** @param channel asked for every call, since connections are made anew after the daemon was gone */
    public DaemonCalls(Supplier<? extends Channel> channel, String address) {
        this.channel = channel;
        this.address = address;
    }

    /** The daemon as users write it. */
    public String address() {
        return address;
    }

    /** @param attempt what is tried, for the message: {@code "ask BuildKit for its version"} */
    public <Q, A> A unary(String attempt, MethodDescriptor<Q, A> method, Q request) {
        return unary(attempt, method, request, LIMIT);
    }

    /** The same with its own limit. */
    public <Q, A> A unary(String attempt, MethodDescriptor<Q, A> method, Q request, Duration limit) {
        try {
            return ClientCalls.blockingUnaryCall(
                    channel.get(),
                    method,
                    CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS),
                    request);
        } catch (StatusRuntimeException e) {
            throw failure(attempt, e);
        }
    }

    /** Begins a call with many answers; the caller closes them. */
    public <Q, A> Replies<A> stream(String attempt, MethodDescriptor<Q, A> method, Q request) {
        return new Replies<>(this, attempt, channel.get(), method, request);
    }

    RuntimeException failure(String attempt, StatusRuntimeException e) {
        CancelledException.throwIfInterrupted("trying to " + attempt + " at " + address);
        return Failures.of(attempt, address, e);
    }
}
