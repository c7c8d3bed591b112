package io.sandboximage.buildkit.internal.session;

import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.sandboximage.buildkit.internal.transport.HeardSocket;
import io.sandboximage.buildkit.internal.transport.OneSocketServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The connection on which the daemon calls the client: a gRPC server on a byte stream to the daemon. One session serves one
 * build; the daemon dials it once, and it ends with {@link #close}.
 */
public final class Session implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
    /** Ignore patterns travel as headers; the default of 8 KiB fails with large ignore files. */
    private static final int MAX_HEADER_BYTES = 16 * 1024 * 1024;

    private static final int WINDOW_BYTES = 1024 * 1024;

    private final String id;
    private final HeardSocket socket;
    private final Server server;

    private Session(String id, HeardSocket socket, Server server) {
        this.id = id;
        this.socket = socket;
        this.server = server;
    }

    /**
     * Opens a session; the daemon may call as soon as this returns.
     *
     * @param carrier opens the byte stream
     * @param sharedKey finds what an earlier session of the same context transferred; stable for a context
     * @throws IOException if the daemon cannot be reached
     */
    public static Session open(SessionCarrier carrier, List<ServerServiceDefinition> services, String sharedKey)
            throws IOException {
        List<ServerServiceDefinition> all = new ArrayList<>(services);
        all.add(HealthService.definition());
        String id = UUID.randomUUID().toString().replace("-", "");
        HeardSocket socket = carrier.open(headers(id, sharedKey, all));
        Server server = OkHttpServerBuilder.forPort(0, InsecureServerCredentials.create())
                .socketFactory(new OneSocketServer(socket))
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_HEADER_BYTES)
                .flowControlWindow(WINDOW_BYTES)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addServices(all)
                .build();
        try {
            server.start();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new Session(id, socket, server);
    }

    public String id() {
        return id;
    }

    /** When the daemon last sent anything on this session, by {@link System#nanoTime}. */
    public long lastHeardNanos() {
        return socket.lastHeardNanos();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // A connection that cannot say goodbye is gone all the same.
        } finally {
            server.shutdownNow();
        }
    }

    private static Metadata headers(String id, String sharedKey, List<ServerServiceDefinition> services) {
        Metadata headers = new Metadata();
        headers.put(key("x-docker-expose-session-uuid"), id);
        headers.put(key("x-docker-expose-session-name"), "sandbox-image");
        headers.put(key("x-docker-expose-session-sharedkey"), sharedKey);
        for (ServerServiceDefinition service : services) {
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                headers.put(
                        key("x-docker-expose-session-grpc-method"),
                        "/" + method.getMethodDescriptor().getFullMethodName());
            }
        }
        return headers;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
