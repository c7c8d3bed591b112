package io.sandboximage.depot.internal.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.internal.http.HttpCall;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.HttpStream;
import io.sandboximage.internal.http.HttpTransport;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * The Connect protocol with binary messages. Calls that may be repeated and have no deadline are tried again after faults.
 */
public final class ConnectTransport implements RpcTransport {
    private static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;
    private static final MediaType UNARY = MediaType.get("application/proto");
    private static final MediaType STREAM = MediaType.get("application/connect+proto");

    private final HttpUrl base;
    private final HttpTransport http;
    private final HttpTransport streams;
    private final ExecutorService uploads = DaemonThreads.pool("depot-upload");

    /** @param settings for unary calls; streams may be silent for as long as they like */
    public ConnectTransport(URI base, HttpSettings settings) {
        this.base = Objects.requireNonNull(HttpUrl.get(base), "only http and https");
        this.http = new HttpTransport(settings);
        this.streams = new HttpTransport(new HttpSettings(
                settings.connectTimeout(),
                Duration.ZERO,
                settings.writeTimeout(),
                settings.commitTimeout(),
                settings.userAgent(),
                settings.tls(),
                settings.sockets(),
                settings.retries()));
    }

    @Override
    public <Q extends Message, A extends Message> A unary(RpcMethod<Q, A> method, Q request, RpcCall call) {
        Request http1 = request(method, call)
                .post(RequestBody.create(request.toByteArray(), UNARY))
                .header("Connect-Protocol-Version", "1")
                .build();
        boolean again = method.repeatable() && call.deadline().isEmpty();
        HttpReply reply;
        try {
            reply = http.fetch(new HttpCall(call.what(), http1, again, false, call.deadline()), MAX_ANSWER_BYTES);
        } catch (UnavailableException e) {
            throw late(call, e);
        }
        if (!reply.successful() || !isOf(reply, UNARY)) {
            throw ConnectErrors.of(call, reply);
        }
        return parse(method.answer(), reply.body(), call);
    }

    @Override
    public <Q extends Message, A extends Message> RpcAnswers<A> answers(
            RpcMethod<Q, A> method, Q request, RpcCall call) {
        RequestBody body = RequestBody.create(Envelope.of(request.toByteArray()), STREAM);
        HttpStream stream = open(streaming(method, call).post(body).build(), method.repeatable(), call);
        return new ConnectAnswers<>(stream, method.answer(), call);
    }

    @Override
    public <Q extends Message, A extends Message> RpcUpload<Q> upload(RpcMethod<Q, A> method, RpcCall call) {
        return new ConnectUpload<>(
                uploads, call, body -> open(streaming(method, call).post(body).build(), false, call));
    }

    private HttpStream open(Request request, boolean repeatable, RpcCall call) {
        HttpStream stream;
        try {
            stream = streams.open(new HttpCall(call.what(), request, repeatable, false, call.deadline()));
        } catch (UnavailableException e) {
            throw late(call, e);
        }
        if (!stream.head().successful() || !isOf(stream.head(), STREAM)) {
            throw ConnectErrors.of(call, stream.head());
        }
        return stream;
    }

    private Request.Builder streaming(RpcMethod<?, ?> method, RpcCall call) {
        return request(method, call)
                .header("Connect-Protocol-Version", "1")
                .header("Connect-Accept-Encoding", "gzip")
                .header("Accept-Encoding", "identity");
    }

    private Request.Builder request(RpcMethod<?, ?> method, RpcCall call) {
        Request.Builder request = new Request.Builder()
                .url(base.newBuilder().addPathSegments(method.path()).build());
        call.headers().forEach(request::header);
        call.deadline().ifPresent(time -> request.header("Connect-Timeout-Ms", Long.toString(time.toMillis())));
        return request;
    }

    static <A extends Message> A parse(A any, byte[] bytes, RpcCall call) {
        try {
            // The parser of a message gives messages of its own kind.
            @SuppressWarnings("unchecked")
            A answer = (A) any.getParserForType().parseFrom(bytes);
            return answer;
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidContentException(
                    "Could not " + call.what() + ": the answer is no "
                            + any.getDescriptorForType().getFullName(),
                    e);
        }
    }

    private static boolean isOf(HttpReply reply, MediaType type) {
        return reply.header("Content-Type").orElse("").toLowerCase(Locale.ROOT).startsWith(type.toString());
    }

    private static RuntimeException late(RpcCall call, UnavailableException e) {
        return call.deadline().isPresent() && e.getCause() instanceof InterruptedIOException
                ? new DeadlineExceededException(
                        e.getMessage() + ": no answer within " + call.deadline().get(),
                        call.deadline().get(),
                        e)
                : e;
    }

    @Override
    public void close() {
        uploads.shutdownNow();
        http.close();
        streams.close();
    }
}
