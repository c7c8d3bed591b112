package io.sandboximage.depot.internal.client;

import com.google.protobuf.Message;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.rpc.ConnectTransport;
import io.sandboximage.depot.internal.rpc.GrpcTransport;
import io.sandboximage.depot.internal.rpc.RpcAnswers;
import io.sandboximage.depot.internal.rpc.RpcCall;
import io.sandboximage.depot.internal.rpc.RpcMethod;
import io.sandboximage.depot.internal.rpc.RpcTransport;
import io.sandboximage.depot.internal.rpc.RpcUpload;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Calls to Depot. Thread-safe. */
public final class DepotCalls implements AutoCloseable {
    private final DepotAccess access;
    private final RpcTransport transport;

    private DepotCalls(DepotAccess access, RpcTransport transport) {
        this.access = access;
        this.transport = transport;
    }

    public static DepotCalls open(DepotAccess access) {
        return new DepotCalls(
                access,
                switch (access.protocol()) {
                    case CONNECT -> new ConnectTransport(access.url(), DepotHttp.settings());
                    case GRPC -> new GrpcTransport(access.url(), UserAgent.TEXT);
                });
    }

    /** Calls to the service that runs commands in sandboxes by id, which speaks gRPC alone. */
    public static DepotCalls openExecution(DepotAccess access) {
        return new DepotCalls(access, new GrpcTransport(access.executionUrl(), UserAgent.TEXT));
    }

    /** With the caller's token. */
    public <Q extends Message, A extends Message> A call(String what, RpcMethod<Q, A> method, Q request) {
        return transport.unary(method, request, as(what, access.token(), Optional.empty()));
    }

    /** With the caller's token, and a limit to the time that it may take. */
    public <Q extends Message, A extends Message> A call(
            String what, RpcMethod<Q, A> method, Q request, Duration deadline) {
        return call(what, method, request, access.token(), Optional.of(deadline));
    }

    /** As nobody, for calls that make out who somebody is. */
    public <Q extends Message, A extends Message> A callAsNobody(String what, RpcMethod<Q, A> method, Q request) {
        return transport.unary(method, request, new RpcCall(what, Map.of(), Optional.empty()));
    }

    /** As nobody, with many answers, which the caller closes. */
    public <Q extends Message, A extends Message> RpcAnswers<A> answersToNobody(
            String what, RpcMethod<Q, A> method, Q request) {
        return transport.answers(method, request, new RpcCall(what, Map.of(), Optional.empty()));
    }

    /** The caller's token. */
    public String token() {
        return access.token();
    }

    /** With a token of its own, as a build has it. */
    public <Q extends Message, A extends Message> A call(
            String what, RpcMethod<Q, A> method, Q request, String token, Optional<Duration> deadline) {
        return transport.unary(method, request, as(what, token, deadline));
    }

    /** With the caller's token, and no longer than so. */
    public <Q extends Message, A extends Message> A callWithin(
            Duration limit, String what, RpcMethod<Q, A> method, Q request) {
        return transport.unary(method, request, as(what, access.token(), Optional.of(limit)));
    }

    /** Begins a call with many answers, with the caller's token. */
    public <Q extends Message, A extends Message> RpcAnswers<A> answers(
            String what, RpcMethod<Q, A> method, Q request) {
        return transport.answers(method, request, as(what, access.token(), Optional.empty()));
    }

    /** Begins a call with many requests, with the caller's token. */
    public <Q extends Message, A extends Message> RpcUpload<Q> upload(String what, RpcMethod<Q, A> method) {
        return upload(what, method, access.token(), Optional.empty());
    }

    public <Q extends Message, A extends Message> RpcUpload<Q> upload(
            String what, RpcMethod<Q, A> method, String token, Optional<Duration> deadline) {
        return transport.upload(method, as(what, token, deadline));
    }

    private RpcCall as(String what, String token, Optional<Duration> deadline) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "Bearer " + token);
        access.organization().ifPresent(id -> headers.put("x-depot-org", id));
        return new RpcCall(what, headers, deadline);
    }

    @Override
    public void close() {
        transport.close();
    }
}
