package io.sandboximage.depot.internal.rpc;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpStream;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.Okio;
import okio.Pipe;
import okio.Source;

/** A request body that is written while the call is under way; the call itself runs on another thread. */
final class ConnectUpload<Q extends Message> implements RpcUpload<Q> {
    private static final int PIPE_BYTES = 256 * 1024;
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final MediaType STREAM = MediaType.get("application/connect+proto");

    private final RpcCall call;
    private final Pipe pipe = new Pipe(PIPE_BYTES);
    private final BufferedSink sink = Okio.buffer(pipe.sink());
    private final Future<?> exchange;
    private boolean finished;

    /** @param opener makes the call with the body */
    ConnectUpload(ExecutorService executor, RpcCall call, Function<RequestBody, HttpStream> opener) {
        this.call = call;
        this.exchange = executor.submit(() -> {
            try {
                exchange(opener);
            } finally {
                pipe.cancel();
            }
        });
    }

    private void exchange(Function<RequestBody, HttpStream> opener) {
        try (HttpStream stream = opener.apply(new Body());
                // The answer itself is empty; what counts is how the stream ends.
                RpcAnswers<Empty> answers = new ConnectAnswers<>(stream, Empty.getDefaultInstance(), call)) {
            while (answers.hasNext()) {
                answers.next();
            }
        } catch (IOException e) {
            throw new UnavailableException("Could not " + call.what() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void send(Q request) {
        try {
            sink.write(Envelope.of(request.toByteArray())).flush();
        } catch (IOException e) {
            await();
            throw new UnavailableException("Could not " + call.what() + ": the server wants no more of it", e);
        }
    }

    @Override
    public void finish() {
        finished = true;
        try {
            sink.close();
        } catch (IOException ignored) {
            // Then the exchange knows why.
        }
        await();
    }

    private void await() {
        try {
            exchange.get();
        } catch (InterruptedException e) {
            exchange.cancel(true);
            throw CancelledException.interrupted("trying to " + call.what(), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SandboxImageException ours
                    ? ours
                    : new UnavailableException("Could not " + call.what() + ": " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        if (!finished) {
            pipe.cancel();
            exchange.cancel(true);
        }
    }

    private final class Body extends RequestBody {
        @Override
        public MediaType contentType() {
            return STREAM;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink out) throws IOException {
            try (Source source = pipe.source();
                    Buffer buffer = new Buffer()) {
                while (source.read(buffer, CHUNK_BYTES) >= 0) {
                    out.write(buffer, buffer.size());
                    out.flush();
                }
            }
        }
    }
}
