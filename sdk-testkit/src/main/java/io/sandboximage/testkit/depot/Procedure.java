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

    /** The work of a procedure with many requests or many answers. */
    @FunctionalInterface
    interface Stream<Q> {
        void run(DepotCall call, Iterator<Q> requests, Consumer<Message> answers) throws InterruptedException;
    }

    /** One request, one answer. */
    static <Q extends Message> Procedure unary(Q any, BiFunction<DepotCall, Q, Message> answer) {
        return streaming(any, (call, requests, answers) -> answers.accept(answer.apply(call, requests.next())));
    }

    static <Q extends Message> Procedure streaming(Q any, Stream<Q> body) {
        return new Procedure(any, (call, requests, answers) -> {
            // The parser of a message gives messages of its own kind.
            @SuppressWarnings("unchecked")
            Iterator<Q> typed = (Iterator<Q>) (Iterator<?>) requests;
            body.run(call, typed, answers);
        });
    }

    Message parse(byte[] bytes) {
        try {
            return any.getParserForType().parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new RpcFault("invalid_argument", "unreadable message: " + e.getMessage());
        }
    }
}
