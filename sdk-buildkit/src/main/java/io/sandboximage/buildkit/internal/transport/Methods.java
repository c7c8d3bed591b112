package io.sandboximage.buildkit.internal.transport;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/** Method descriptors without generated stubs: the services are few, and some carry raw bytes by turns. */
public final class Methods {
    private Methods() {}

    public static <Q extends Message, A extends Message> MethodDescriptor<Q, A> unary(
            String service, String method, Q request, A response) {
        return of(MethodType.UNARY, service, method, request, response);
    }

    public static <Q extends Message, A extends Message> MethodDescriptor<Q, A> serverStreaming(
            String service, String method, Q request, A response) {
        return of(MethodType.SERVER_STREAMING, service, method, request, response);
    }

    public static <Q extends Message, A extends Message> MethodDescriptor<Q, A> bidirectional(
            String service, String method, Q request, A response) {
        return of(MethodType.BIDI_STREAMING, service, method, request, response);
    }

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> of(
            MethodType type, String service, String method, Q request, A response) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method))
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(response))
                .build();
    }
}
