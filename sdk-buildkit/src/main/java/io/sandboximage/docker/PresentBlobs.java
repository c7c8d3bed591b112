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
import io.sandboximage.image.Layer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which blobs containerd's store has, by the content service that the engine's own BuildKit offers (Engine 24 and later).
 */
final class PresentBlobs {
    private static final Logger LOG = LoggerFactory.getLogger(PresentBlobs.class);
    private static final long LIMIT_SECONDS = 20;
    private static final MethodDescriptor<ContentInfoRequest, ContentInfoResponse> INFO = Methods.unary(
            "containerd.services.content.v1.Content",
            "Info",
            ContentInfoRequest.getDefaultInstance(),
            ContentInfoResponse.getDefaultInstance());

    private PresentBlobs() {}

    /** The blobs of the layers that the engine lacks; empty if it cannot be asked. */
    static Optional<Set<Digest>> missing(DockerEngine engine, List<Layer> layers) {
        DockerHost host = engine.host();
        EngineBuildKit buildKit = new EngineBuildKit(host.name(), host.authority(), protocol -> host.dial());
        ManagedChannel channel = Channels.open(new ConnectingSocketFactory(buildKit::dial), host.authority(), null);
        try {
            Map<Digest, ListenableFuture<ContentInfoResponse>> answers = new LinkedHashMap<>();
            for (Layer layer : layers) {
                answers.computeIfAbsent(
                        layer.descriptor().digest(),
                        digest -> ClientCalls.futureUnaryCall(
                                channel.newCall(
                                        INFO, CallOptions.DEFAULT.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)),
                                ContentInfoRequest.newBuilder()
                                        .setDigest(digest.toString())
                                        .build()));
            }
            Set<Digest> missing = new HashSet<>();
            for (Map.Entry<Digest, ListenableFuture<ContentInfoResponse>> answer : answers.entrySet()) {
                if (!isThere(answer.getValue())) {
                    missing.add(answer.getKey());
                }
            }
            return Optional.of(missing);
        } catch (StatusRuntimeException e) {
            LOG.debug("The engine at {} does not tell which blobs it has", host, e);
            return Optional.empty();
        } finally {
            channel.shutdownNow();
        }
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
