package io.sandboximage.testkit.depot;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.Iterator;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * What the emulator does for one path.
 *
 * @param any of the requests
 * @param body gets the call, the requests as they come, and where answers go
 */
record Procedure(Message any, Body body) {

    /** The work. */
    @FunctionalInterface
    interface Body {
        void run(DepotCall call, Iterator<Message> requests, Consumer<Message> answers) throws InterruptedException;
    }

    /** One request, one answer. */
    static <Q extends Message> Procedure unary(Q any, BiFunction<DepotCall, Q, Message> answer) {
        return new Procedure(
                any,
                (call, requests, answers) -> answers.accept(answer.apply(call, Procedure.<Q>cast(requests.next()))));
    }

    /** The parser of a message gives messages of its own kind. */
    @SuppressWarnings("unchecked")
    static <Q extends Message> Q cast(Message message) {
        return (Q) message;
    }

    Message parse(byte[] bytes) {
        try {
            return any.getParserForType().parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new RpcFault("invalid_argument", "unreadable message: " + e.getMessage());
        }
    }
}
