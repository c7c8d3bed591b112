package io.sandboximage.testkit.depot;

import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCredentials;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.sandboximage.buildkit.internal.proto.DeleteLeaseRequest;
import io.sandboximage.buildkit.internal.proto.SolveRequest;
import io.sandboximage.buildkit.internal.proto.SolveResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a buildkitd: notes what it is asked to build, and adds what Depot's builders have more, which is leases. All other
 * calls pass through.
 */
final class MachineFront implements AutoCloseable {
    private static final String SOLVE = "moby.buildkit.v1.Control/Solve";
    private static final String DELETE_LEASE = "containerd.services.leases.v1.Leases/Delete";
    private static final int MAX_MESSAGE = 64 * 1024 * 1024;
    private static final int WINDOW = 4 * 1024 * 1024;
    private static final long STOP_SECONDS = 5;

    private final ManagedChannel buildkitd;
    private final Server server;
    private final List<DepotSolve> solves = new CopyOnWriteArrayList<>();
    private final AtomicInteger leases = new AtomicInteger();
    private final Set<String> openLeases = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    /** @param port of a buildkitd without TLS, on loopback */
    MachineFront(int port, ServerCredentials credentials) {
        buildkitd = OkHttpChannelBuilder.forAddress("127.0.0.1", port, InsecureChannelCredentials.create())
                .maxInboundMessageSize(MAX_MESSAGE)
                .flowControlWindow(WINDOW)
                .build();
        server = OkHttpServerBuilder.forPort(0, credentials)
                .maxInboundMessageSize(MAX_MESSAGE)
                .flowControlWindow(WINDOW)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .fallbackHandlerRegistry(new Registry())
                .addTransportFilter(new Connections())
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getPort();
    }

    List<DepotSolve> solves() {
        return List.copyOf(solves);
    }

    Set<String> openLeases() {
        return Set.copyOf(openLeases);
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        server.shutdownNow();
        buildkitd.shutdownNow();
        try {
            server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Connections extends ServerTransportFilter {
        @Override
        public Attributes transportReady(Attributes attributes) {
            if (attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) != null) {
                connections.incrementAndGet();
            }
            return attributes;
        }

        @Override
        public void transportTerminated(Attributes attributes) {
            connections.decrementAndGet();
        }
    }

    private final class Registry extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNKNOWN)
                    .setFullMethodName(name)
                    .setRequestMarshaller(RawMessages.INSTANCE)
                    .setResponseMarshaller(RawMessages.INSTANCE)
                    .build();
            return ServerMethodDefinition.create(method, (call, headers) -> switch (name) {
                case DELETE_LEASE -> new LeaseDeletion(call);
                case SOLVE -> new PassedSolve(call).begin(headers);
                default -> new PassedCall(call, buildkitd.newCall(method, CallOptions.DEFAULT)).begin(headers);
            });
        }
    }

    /** A solve, of which is noted what it asks for; the answer names a lease, if one was asked for. */
    private final class PassedSolve extends PassedCall {
        private volatile boolean leased;

        PassedSolve(ServerCall<byte[], byte[]> call) {
            super(call, buildkitd.newCall(call.getMethodDescriptor(), CallOptions.DEFAULT));
        }

        @Override
        byte[] request(byte[] message) {
            try {
                DepotSolve solve = DepotSolve.of(SolveRequest.parseFrom(message));
                solves.add(solve);
                leased = "true".equals(solve.attributes().get("depot.export.lease"));
                return message;
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        byte[] answer(byte[] message) {
            if (!leased) {
                return message;
            }
            try {
                String lease = "lease-" + leases.incrementAndGet();
                openLeases.add(lease);
                return SolveResponse.parseFrom(message).toBuilder()
                        .putExporterResponse("depot/session.id", lease)
                        .build()
                        .toByteArray();
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final class LeaseDeletion extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> call;

        LeaseDeletion(ServerCall<byte[], byte[]> call) {
            this.call = call;
            call.request(1);
        }

        @Override
        public void onMessage(byte[] message) {
            try {
                openLeases.remove(DeleteLeaseRequest.parseFrom(message).getId());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void onHalfClose() {
            call.sendHeaders(new Metadata());
            call.sendMessage(Empty.getDefaultInstance().toByteArray());
            call.close(Status.OK, new Metadata());
        }
    }
}
