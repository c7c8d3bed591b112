package io.sandboximage.buildkit.internal.session;

import io.grpc.Metadata;
import io.sandboximage.buildkit.internal.transport.HeardSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/** A connection of its own for every session, from daemons that give one. */
public final class HijackCarrier implements SessionCarrier {
    private final Opener opener;
    private final SessionCarrier otherwise;
    private final Executor executor;

    /** Asks the daemon for a connection. */
    @FunctionalInterface
    public interface Opener {
        /** Empty if the daemon gives none. */
        Optional<HeardSocket> open(Metadata headers) throws IOException;
    }

    /** @param otherwise where the daemon gives none */
    public HijackCarrier(Opener opener, SessionCarrier otherwise, Executor executor) {
        this.opener = opener;
        this.otherwise = otherwise;
        this.executor = executor;
    }

    /** Connects on another thread: one that waits for a TCP connection could not be interrupted. */
    @Override
    public HeardSocket open(Metadata headers) throws IOException {
        CompletableFuture<Optional<HeardSocket>> opening = new CompletableFuture<>();
        executor.execute(() -> openInto(opening, headers));
        Optional<HeardSocket> opened;
        try {
            opened = opening.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!opening.cancel(false) && !opening.isCompletedExceptionally()) {
                close(opening.join());
            }
            throw new InterruptedIOException("Interrupted while connecting");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IOException(e.getCause());
        }
        return opened.isPresent() ? opened.get() : otherwise.open(headers);
    }

    private void openInto(CompletableFuture<Optional<HeardSocket>> opening, Metadata headers) {
        try {
            Optional<HeardSocket> opened = opener.open(headers);
            if (!opening.complete(opened)) {
                close(opened); // Nobody waits any more.
            }
        } catch (IOException | RuntimeException e) {
            opening.completeExceptionally(e);
        }
    }

    private static void close(Optional<HeardSocket> opened) {
        opened.ifPresent(socket -> {
            try {
                socket.close();
            } catch (IOException ignored) {
                // It is of no use either way.
            }
        });
    }
}
