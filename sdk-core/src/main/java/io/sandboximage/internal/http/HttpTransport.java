package io.sandboximage.internal.http;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests: retries faults and statuses that may pass, follows redirects, obeys interrupts. What comes back is the last
 * answer, good or bad; a far side that gives none is an {@link UnavailableException}. Thread-safe.
 */
public final class HttpTransport implements AutoCloseable {
    /** Of an error's body no more is read. */
    public static final int MAX_ERROR_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);
    private static final int MAX_IDLE_CONNECTIONS = 16;
    private static final int MAX_CALLS = 64;

    private final HttpSettings settings;
    private final OkHttpClient client;
    private final OkHttpClient patientClient;
    private final InterruptWatch interrupts = new InterruptWatch();

    public HttpTransport(HttpSettings settings) {
        this.settings = settings;
        Dispatcher dispatcher = new Dispatcher(DaemonThreads.pool("sandbox-image-http"));
        dispatcher.setMaxRequests(MAX_CALLS);
        dispatcher.setMaxRequestsPerHost(MAX_CALLS);
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .connectTimeout(settings.connectTimeout())
                .readTimeout(settings.readTimeout())
                .writeTimeout(settings.writeTimeout())
                .connectionPool(new ConnectionPool(MAX_IDLE_CONNECTIONS, 2, TimeUnit.MINUTES))
                .dispatcher(dispatcher)
                .followRedirects(false)
                .followSslRedirects(false);
        settings.tls().ifPresent(tls -> builder.sslSocketFactory(tls.socketFactory(), tls.trustManager()));
        builder.socketFactory(settings.sockets().orElseGet(PromptSockets::new));
        if (settings.sockets().isPresent() && settings.tls().isEmpty()) {
            // Whoever makes the sockets sees to the TLS on them. To prepare for it here means to read all CAs of the
            // JDK.
            builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
        }
        this.client = builder.build();
        this.patientClient =
                client.newBuilder().readTimeout(settings.commitTimeout()).build();
    }

    public RetryPolicy retries() {
        return settings.retries();
    }

    /**
     * Sends the request and reads the whole answer; a body that breaks off counts as a fault.
     *
     * @param maxBytes longest body of a success
     * @throws InvalidContentException if a success has a longer body
     * @throws UnavailableException if no answer came
     * @throws CancelledException if the thread is interrupted
     */
    public HttpReply fetch(HttpCall call, int maxBytes) {
        return withRetries(call, () -> {
                    Sent sent = send(call);
                    try (Response response = sent.response();
                            InputStream body = body(sent, call)) {
                        boolean success = response.isSuccessful();
                        byte[] bytes = body.readNBytes(success ? maxBytes + 1 : MAX_ERROR_BYTES);
                        if (success && bytes.length > maxBytes) {
                            throw new InvalidContentException("Could not " + call.what() + ": the answer of "
                                    + Redaction.url(response.request().url()) + " is longer than the " + maxBytes
                                    + " bytes that are accepted");
                        }
                        return new HttpStream(reply(response, bytes), InputStream.nullInputStream());
                    }
                })
                .head();
    }

    /**
     * Sends the request and gives the answer as soon as its headers are there. The caller closes it.
     *
     * @throws UnavailableException if no answer came
     * @throws CancelledException if the thread is interrupted
     */
    public HttpStream open(HttpCall call) {
        return withRetries(call, () -> {
            Sent sent = send(call);
            if (sent.response().isSuccessful()) {
                return new HttpStream(reply(sent.response(), new byte[0]), body(sent, call));
            }
            try (Response response = sent.response();
                    InputStream body = body(sent, call)) {
                return new HttpStream(reply(response, body.readNBytes(MAX_ERROR_BYTES)), InputStream.nullInputStream());
            }
        });
    }

    /** Drops idle connections. Streams that are open stay usable. */
    @Override
    public void close() {
        interrupts.close();
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    @FunctionalInterface
    private interface Exchange {
        HttpStream run() throws IOException;
    }

    private record Sent(Call call, Response response) {}

    private HttpStream withRetries(HttpCall call, Exchange exchange) {
        RetryBudget budget = settings.retries().begin("trying to " + call.what());
        while (true) {
            CancelledException.throwIfInterrupted("trying to " + call.what());
            try {
                HttpStream answer = exchange.run();
                boolean again =
                        call.repeatable() && HttpStatus.mayPass(answer.head().status());
                if (!again || !budget.pause(RetryAfter.of(answer.head().headers(), Clock.systemUTC()))) {
                    return answer;
                }
                LOG.debug("Status {}, trying again to {}", answer.head().status(), call.what());
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancelledException("Cancelled while trying to " + call.what(), e);
                }
                if (!call.repeatable() || isPermanent(e) || !budget.pause(Optional.empty())) {
                    throw unavailable(call, e, budget.failures());
                }
                LOG.debug("{}, trying again to {}", e.getClass().getSimpleName(), call.what());
            }
        }
    }

    private Sent send(HttpCall call) throws IOException {
        Request request = call.request()
                .newBuilder()
                .header("User-Agent", settings.userAgent())
                .build();
        for (int hops = 0; hops <= Redirects.MAX_HOPS; hops++) {
            Call okCall = (call.patient() ? patientClient : client).newCall(request);
            call.limit().ifPresent(limit -> okCall.timeout().timeout(limit.toMillis(), TimeUnit.MILLISECONDS));
            Response response = interrupts.watch(okCall, okCall::execute);
            Optional<Request> next;
            try {
                next = Redirects.next(request, response);
            } catch (IOException e) {
                response.close();
                throw e;
            }
            if (next.isEmpty()) {
                return new Sent(okCall, response);
            }
            response.close();
            request = next.get();
        }
        throw new ProtocolException("more than " + Redirects.MAX_HOPS + " redirects");
    }

    private InputStream body(Sent sent, HttpCall call) {
        return new CallInputStream(sent.response().body().byteStream(), sent.call(), interrupts, call.what());
    }

    private static HttpReply reply(Response response, byte[] body) {
        return new HttpReply(
                response.code(), response.headers(), response.request().url(), body);
    }

    /** Whether another try would meet the same: wrong certificates, plain http on a TLS port, a refused redirect. */
    private static boolean isPermanent(IOException e) {
        if (e instanceof ProtocolException) {
            return String.valueOf(e.getMessage()).contains("redirect");
        }
        return e instanceof SSLException && hint(e) != null;
    }

    private static UnavailableException unavailable(HttpCall call, IOException e, int tries) {
        String hint = hint(e);
        String reason = e instanceof UnknownHostException
                ? "there is no host " + call.request().url().host()
                : Redaction.text(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        return new UnavailableException(
                "Could not " + call.what() + " at "
                        + Redaction.url(call.request().url()) + ": " + reason
                        + (tries > 1 ? " (" + tries + " tries)" : "") + (hint == null ? "" : ". " + hint),
                e);
    }

    private static @Nullable String hint(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return "If the certificate is meant to be trusted, add its authority";
            }
            if (cause instanceof InvalidAlgorithmParameterException) {
                return "This Java trusts no authority at all: its file of authorities (lib/security/cacerts) is"
                        + " missing or empty; repair it, or name one by -Djavax.net.ssl.trustStore";
            }
        }
        boolean notTls = e instanceof SSLException
                && String.valueOf(e.getMessage()).contains("Unsupported or unrecognized SSL message");
        return notTls ? "The server speaks plain http: allow that for this host, if it is yours" : null;
    }
}
