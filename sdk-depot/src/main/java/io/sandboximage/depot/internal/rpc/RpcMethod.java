package io.sandboximage.depot.internal.rpc;

import com.google.protobuf.Message;

/**
 * One procedure of a service.
 *
 * @param service full name, for instance {@code depot.cli.v1.BuildService}
 * @param answer any instance of what comes back
 * @param repeatable whether a second call does no harm, so that faults may be tried again
 */
public record RpcMethod<Q extends Message, A extends Message>(
        String service, String name, Q request, A answer, boolean repeatable) {

    /** A procedure that only reads, or says again what it said before. */
    public static <Q extends Message, A extends Message> RpcMethod<Q, A> repeatable(
            String service, String name, Q request, A answer) {
        return new RpcMethod<>(service, name, request, answer, true);
    }

    /** A procedure that changes something each time. */
    public static <Q extends Message, A extends Message> RpcMethod<Q, A> once(
            String service, String name, Q request, A answer) {
        return new RpcMethod<>(service, name, request, answer, false);
    }

    String path() {
        return service + "/" + name;
    }
}
