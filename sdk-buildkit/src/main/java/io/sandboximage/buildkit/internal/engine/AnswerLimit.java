package io.sandboximage.buildkit.internal.engine;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Hangs up on an engine that accepts connections and never answers. Not all our sockets have timeouts of their own. */
final class AnswerLimit {
    private static final long SECONDS = 20;

    private AnswerLimit() {}

    /** Questions and answers on a socket. */
    @FunctionalInterface
    interface Exchange<T> {
        T on(Socket socket) throws IOException;
    }

    /** Closes the socket if that fails or takes too long; otherwise it stays open. */
    static <T> T within(Socket socket, Exchange<T> exchange) throws IOException {
        CompletableFuture<Void> alarm = CompletableFuture.runAsync(
                () -> hangUp(socket), CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS));
        boolean met = false;
        try {
            T result = exchange.on(socket);
            met = alarm.cancel(false);
            if (!met) {
                throw new IOException("the answer came too late");
            }
            return result;
        } catch (IOException e) {
            throw alarm.isDone() && !alarm.isCancelled()
                    ? new IOException("it did not answer within " + SECONDS + " seconds", e)
                    : e;
        } finally {
            if (!met) {
                alarm.cancel(false);
                hangUp(socket);
            }
        }
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is of no use either way.
        }
    }
}
