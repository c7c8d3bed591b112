package io.sandboximage.buildkit.internal.solve;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.sandboximage.buildkit.internal.proto.SolveRequest;
import io.sandboximage.buildkit.internal.proto.SolveResponse;
import io.sandboximage.buildkit.internal.proto.StatusRequest;
import io.sandboximage.buildkit.internal.proto.StatusResponse;
import io.sandboximage.buildkit.internal.session.Session;
import io.sandboximage.buildkit.internal.transport.ControlMethods;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One build on an open session: the solve call, which lasts as long as the build, and beside it the status call, which the daemon
 * ends after the build.
 */
public final class SolveRun {
    /** The daemon ends the status stream at once after the build; this guards against one that never does. */
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(30);

    private static final long WATCH_MILLIS = 500;

    /** Of the W3C's Trace Context. */
    private static final Metadata.Key<String> TRACE_PARENT =
            Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    private final Channel channel;
    private final String address;
    private final Session session;
    private final AtomicReference<@Nullable SandboxImageException> localFailure;
    private final Duration silenceLimit;
    private final Optional<Duration> timeout;
    private final Supplier<Optional<DockerfileText>> dockerfile;
    private final Consumer<byte[]> statusListener;

    /**
     * @param localFailure set by the session's services when something on our side failed
     * @param silenceLimit after this time without any sign of life the daemon counts as lost
     * @param dockerfile to show the line at fault where the daemon does not
     * @param statusListener gets each message of the status call, serialised
     */
    public SolveRun(
            Channel channel,
            String address,
            Session session,
            AtomicReference<@Nullable SandboxImageException> localFailure,
            Duration silenceLimit,
            Optional<Duration> timeout,
            Supplier<Optional<DockerfileText>> dockerfile,
            Consumer<byte[]> statusListener) {
        this.channel = channel;
        this.address = address;
        this.session = session;
        this.localFailure = localFailure;
        this.silenceLimit = silenceLimit;
        this.timeout = timeout;
        this.dockerfile = dockerfile;
        this.statusListener = statusListener;
    }

    /** Runs the build to its end; an interrupt cancels it in the daemon. */
    public SolveResponse run(SolveRequest request, ProgressTask progress) {
        StatusTracker tracker = new StatusTracker(progress);
        Call<SolveResponse> solve = new Call<>();
        Call<StatusResponse> status = new Call<>() {
            @Override
            public void onNext(StatusResponse value) {
                super.onNext(value);
                tracker.accept(value);
                statusListener.accept(value.toByteArray());
            }
        };
        Channel traced = traced(progress);
        ClientCall<SolveRequest, SolveResponse> solveCall = traced.newCall(ControlMethods.SOLVE, CallOptions.DEFAULT);
        ClientCall<StatusRequest, StatusResponse> statusCall =
                traced.newCall(ControlMethods.STATUS, CallOptions.DEFAULT);
        try {
            ClientCalls.asyncUnaryCall(solveCall, request, solve);
            ClientCalls.asyncServerStreamingCall(
                    statusCall,
                    StatusRequest.newBuilder().setRef(request.getRef()).build(),
                    status);
            await(solve);
            if (solve.failure == null || status.last != null) {
                status.ended.await(STATUS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            }
            SolveResponse response = result(solve, tracker);
            tracker.close(null);
            return response;
        } catch (InterruptedException e) {
            CancelledException cancelled = CancelledException.interrupted("building at " + address, e);
            tracker.close(cancelled);
            throw cancelled;
        } catch (SandboxImageException e) {
            tracker.close(e);
            throw e;
        } finally {
            solveCall.cancel("the build has ended here", null);
            statusCall.cancel("the build has ended here", null);
        }
    }

    /** The channel whose calls tell the daemon of which trace the build is a part. */
    private Channel traced(ProgressTask progress) {
        Optional<String> parent = progress.traceParent();
        if (parent.isEmpty()) {
            return channel;
        }
        Metadata headers = new Metadata();
        headers.put(TRACE_PARENT, parent.get());
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private void await(Call<SolveResponse> solve) throws InterruptedException {
        long start = System.nanoTime();
        while (!solve.ended.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            if (now - session.lastHeardNanos() > silenceLimit.toNanos()) {
                throw new UnavailableException("BuildKit at " + address + " has not answered for "
                        + silenceLimit.toSeconds() + " seconds during a build: it hangs or the network is gone");
            }
            if (timeout.isPresent() && now - start > timeout.get().toNanos()) {
                throw new CancelledException("The build at " + address + " was cancelled after its time limit of "
                        + timeout.get().toSeconds() + " seconds");
            }
        }
    }

    private SolveResponse result(Call<SolveResponse> solve, StatusTracker tracker) {
        Throwable failure = solve.failure;
        if (failure == null && solve.last != null) {
            return solve.last;
        }
        // What failed here is the cause; the daemon only echoes it.
        SandboxImageException local = localFailure.get();
        if (local != null) {
            throw local;
        }
        throw Failures.ofBuild(
                address, failure == null ? new IllegalStateException("no answer") : failure, tracker, dockerfile.get());
    }

    private static class Call<T> implements StreamObserver<T> {
        final CountDownLatch ended = new CountDownLatch(1);
        volatile @Nullable T last;
        volatile @Nullable Throwable failure;

        @Override
        public void onNext(T value) {
            last = value;
        }

        @Override
        public void onError(Throwable t) {
            failure = t;
            ended.countDown();
        }

        @Override
        public void onCompleted() {
            ended.countDown();
        }
    }
}
