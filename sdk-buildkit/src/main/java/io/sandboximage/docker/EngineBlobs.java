package io.sandboximage.docker;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.sandboximage.buildkit.internal.engine.EngineBuildKit;
import io.sandboximage.buildkit.internal.proto.ContentInfoRequest;
import io.sandboximage.buildkit.internal.proto.ContentInfoResponse;
import io.sandboximage.buildkit.internal.transport.Channels;
import io.sandboximage.buildkit.internal.transport.ConnectingSocketFactory;
import io.sandboximage.buildkit.internal.transport.Methods;
import io.sandboximage.error.CancelledException;
import io.sandboximage.image.Digest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which blobs containerd's store has, by the content service that the engine's own BuildKit offers (Engine 24 and later). All are
 * asked for at once, over one connection.
 */
final class EngineBlobs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineBlobs.class);
    private static final long LIMIT_SECONDS = 20;
    private static final MethodDescriptor<ContentInfoRequest, ContentInfoResponse> INFO = Methods.unary(
            "containerd.services.content.v1.Content",
            "Info",
            ContentInfoRequest.getDefaultInstance(),
            ContentInfoResponse.getDefaultInstance());

    private final DockerHost host;
    private final ManagedChannel channel;

    /** Connects at the first question. */
    EngineBlobs(DockerEngine engine) {
        this.host = engine.host();
        EngineBuildKit buildKit = new EngineBuildKit(host.name(), host.authority(), protocol -> host.dial());
        this.channel = Channels.open(new ConnectingSocketFactory(buildKit::dial), host.authority(), null);
    }

    /** Those of them that the engine lacks; empty if it cannot be asked. */
    Optional<Set<Digest>> missing(Set<Digest> wanted) {
        Map<Digest, ListenableFuture<ContentInfoResponse>> answers = new LinkedHashMap<>();
        for (Digest digest : wanted) {
            answers.put(
                    digest,
                    ClientCalls.futureUnaryCall(
                            channel.newCall(
                                    INFO, CallOptions.DEFAULT.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)),
                            ContentInfoRequest.newBuilder()
                                    .setDigest(digest.toString())
                                    .build()));
        }
        try {
            Set<Digest> missing = new LinkedHashSet<>();
            for (Map.Entry<Digest, ListenableFuture<ContentInfoResponse>> answer : answers.entrySet()) {
                if (!isThere(answer.getValue())) {
                    missing.add(answer.getKey());
                }
            }
            return Optional.of(missing);
        } catch (StatusRuntimeException e) {
            LOG.debug("The engine at {} does not tell which blobs it has", host, e);
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static boolean isThere(ListenableFuture<ContentInfoResponse> answer) {
        try {
            return answer.get().hasInfo();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("asking the Docker engine which layers it has", e);
        } catch (ExecutionException e) {
            Status status = Status.fromThrowable(e);
            if (status.getCode() == Status.Code.NOT_FOUND) {
                return false;
            }
            throw status.asRuntimeException();
        }
    }
}
