package io.sandboximage.depot.internal.rpc;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Context;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import java.net.URI;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** gRPC. Without retries: the server's proxies end connections at will, and callers know best what may be repeated. */
public final class GrpcTransport implements RpcTransport {
    private static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;
    private static final long KEEP_ALIVE_SECONDS = 30;
    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 10;

    private final String server;
    private final ManagedChannel channel;

    public GrpcTransport(URI base, String userAgent) {
        boolean tls = "https".equals(base.getScheme());
        int port = base.getPort() > 0 ? base.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
        ChannelCredentials credentials = tls ? TlsChannelCredentials.create() : InsecureChannelCredentials.create();
        this.server = base.getHost() + ":" + port;
        this.channel = OkHttpChannelBuilder.forAddress(base.getHost(), port, credentials)
                .userAgent(userAgent)
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .disableRetry()
                .build();
    }

    @Override
    public <Q extends Message, A extends Message> A unary(RpcMethod<Q, A> method, Q request, RpcCall call) {
        try {
            return ClientCalls.blockingUnaryCall(
                    with(call), descriptor(MethodType.UNARY, method), options(call), request);
        } catch (StatusRuntimeException e) {
            throw failure(call, e);
        }
    }

    @Override
    public <Q extends Message, A extends Message> RpcAnswers<A> answers(
            RpcMethod<Q, A> method, Q request, RpcCall call) {
        // Not the thread's own context: a call that the thread serves must not end this one with it.
        Context.CancellableContext context = Context.ROOT.withCancellation();
        Context before = context.attach();
        try {
            Iterator<A> answers = ClientCalls.blockingServerStreamingCall(
                    with(call), descriptor(MethodType.SERVER_STREAMING, method), options(call), request);
            return new GrpcAnswers<>(answers, context, failure -> failure(call, failure));
        } finally {
            context.detach(before);
        }
    }

    @Override
    public <Q extends Message, A extends Message> RpcUpload<Q> upload(RpcMethod<Q, A> method, RpcCall call) {
        return new GrpcUpload<>(
                with(call).newCall(descriptor(MethodType.CLIENT_STREAMING, method), options(call)),
                call,
                failure -> failure(call, failure));
    }

    SandboxImageException failure(RpcCall call, StatusRuntimeException failure) {
        CancelledException.throwIfInterrupted("trying to " + call.what());
        Status status = failure.getStatus();
        String code = status.getCode() == Status.Code.CANCELLED
                ? "canceled"
                : status.getCode().name().toLowerCase(Locale.ROOT);
        String message = Optional.ofNullable(status.getDescription())
                .or(() -> Optional.ofNullable(status.getCause()).map(Throwable::getMessage))
                .orElse("");
        return RpcErrors.of(call, server, status.getCode().value(), code, message, Optional.empty(), failure);
    }

    private io.grpc.Channel with(RpcCall call) {
        Metadata headers = new Metadata();
        call.headers()
                .forEach((name, value) -> headers.put(
                        Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER), value));
        return io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static CallOptions options(RpcCall call) {
        return call.deadline()
                .map(time -> CallOptions.DEFAULT.withDeadlineAfter(time.toMillis(), TimeUnit.MILLISECONDS))
                .orElse(CallOptions.DEFAULT);
    }

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> descriptor(
            MethodType type, RpcMethod<Q, A> method) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName(method.path())
                .setRequestMarshaller(ProtoUtils.marshaller(method.request()))
                .setResponseMarshaller(ProtoUtils.marshaller(method.answer()))
                .build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
