package io.sandboximage.depot.internal.rpc;

import com.google.protobuf.Message;

/** Makes calls to one server; failures come in the SDK's own words. Thread-safe. */
public interface RpcTransport extends AutoCloseable {
    <Q extends Message, A extends Message> A unary(RpcMethod<Q, A> method, Q request, RpcCall call);

    /** Begins a call with many answers; the caller closes them. */
    <Q extends Message, A extends Message> RpcAnswers<A> answers(RpcMethod<Q, A> method, Q request, RpcCall call);

    /** Begins a call with many requests; the caller closes it. */
    <Q extends Message, A extends Message> RpcUpload<Q> upload(RpcMethod<Q, A> method, RpcCall call);

    @Override
    void close();
}
