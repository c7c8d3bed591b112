package io.sandboximage.buildkit.internal.transport;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.okhttp.SslSocketFactoryChannelCredentials;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** gRPC channels to daemons. */
public final class Channels {
    private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024 * 1024;
    private static final int WINDOW_BYTES = 4 * 1024 * 1024;
    /** buildkitd hangs up on clients that ping more often than every five minutes. */
    private static final long KEEP_ALIVE_MINUTES = 6;

    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 20;

    private Channels() {}

    /** @param tls null for plain text */
    public static ManagedChannel open(SocketFactory sockets, String authority, @Nullable SSLContext tls) {
        return open(sockets, authority, tls, false);
    }

    /** @param gzip whether requests are compressed; answers are as the daemon likes */
    public static ManagedChannel open(SocketFactory sockets, String authority, @Nullable SSLContext tls, boolean gzip) {
        ChannelCredentials credentials = tls == null
                ? InsecureChannelCredentials.create()
                : SslSocketFactoryChannelCredentials.create(tls.getSocketFactory());
        // The target is never resolved by anybody but the socket factory.
        return OkHttpChannelBuilder.forAddress("127.0.0.1", 1, credentials)
                .socketFactory(sockets)
                .proxyDetector(address -> null)
                .overrideAuthority(authority)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_HEADER_BYTES)
                .flowControlWindow(WINDOW_BYTES)
                .keepAliveTime(KEEP_ALIVE_MINUTES, TimeUnit.MINUTES)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(false)
                .disableRetry()
                .intercept(gzip ? List.of(new Compression()) : List.of())
                .build();
    }

    /** Marks every call. */
    private static final class Compression implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return next.newCall(method, options.withCompression("gzip"));
        }
    }
}
