package io.sandboximage.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransportTest {
    private final MockWebServer server = new MockWebServer();
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final HttpTransport http = transport(Optional.empty());

    @BeforeEach
    void startServer() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504, 599})
    void triesAgain(int status) {
        answer(status, "");
        answer(status, "");
        answer(200, "ok");

        assertThat(fetch().body()).asString().isEqualTo("ok");
        assertThat(waits).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 409, 416, 501, 505})
    void takesForFinal(int status) {
        answer(status, "no");

        assertThat(fetch().status()).isEqualTo(status);
        assertThat(waits).isEmpty();
    }

    @Test
    void givesTheLastAnswerAfterTheLastTry() {
        for (int i = 0; i < 5; i++) {
            answer(500, "try " + i);
        }

        HttpReply reply = fetch();

        assertThat(reply.body()).asString().isEqualTo("try 4");
        assertThat(waits).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "3.0", "3s", "3000ms"})
    void waitsAsLongAsTheServerAsks(String wait) {
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .setHeader("Retry-After", wait)
                .build());
        answer(200, "");

        fetch();

        assertThat(waits).containsExactly(Duration.ofMillis(3125));
    }

    @Test
    void doesNotWaitForDays() {
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .setHeader("Retry-After", "99999999999")
                .build());

        assertThat(fetch().status()).isEqualTo(429);
        assertThat(waits).isEmpty();
    }

    @Test
    void triesAgainAfterAReset() {
        for (int i = 0; i < 2; i++) {
            server.enqueue(new MockResponse.Builder()
                    .onRequestStart(new SocketEffect.CloseSocket())
                    .build());
        }
        answer(200, "ok");

        assertThat(fetch().body()).asString().isEqualTo("ok");
    }

    @Test
    void triesAgainAfterATruncatedBody() {
        server.enqueue(new MockResponse.Builder()
                .body("x".repeat(900))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        answer(200, "ok");

        assertThat(fetch().body()).asString().isEqualTo("ok");
    }

    @Test
    void doesNotRepeatWhatMustNotBe() {
        server.enqueue(new MockResponse.Builder().code(503).build());
        Request request = new Request.Builder()
                .url(server.url("/"))
                .patch(RequestBody.create(new byte[1], null))
                .build();

        assertThat(http.fetch(new HttpCall("patch", request, false, false), 10).status())
                .isEqualTo(503);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void tellsThatNobodyListens() {
        int port = server.getPort();
        server.close();

        assertThatThrownBy(() -> fetch("http://localhost:" + port + "/?token=hunter2"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith("Could not fetch a thing at http://localhost:" + port + "/?token=***: ")
                .hasMessageContaining("(5 tries)");
    }

    @Test
    void refusesTooLongAnswers() {
        answer(200, "x".repeat(1001));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("1000 bytes");
    }

    @Test
    void readsOnlyTheStartOfAnError() {
        answer(404, "x".repeat(1_000_000));

        assertThat(fetch().body()).hasSize(HttpTransport.MAX_ERROR_BYTES);
    }

    @Test
    void stopsRedirectsThatGoInCircles() {
        for (int i = 0; i < 30; i++) {
            server.enqueue(new MockResponse.Builder()
                    .code(302)
                    .setHeader("Location", "/again")
                    .build());
        }

        assertThatThrownBy(this::fetch).isInstanceOf(UnavailableException.class).hasMessageContaining("redirects");
        assertThat(server.getRequestCount()).isEqualTo(11);
    }

    @Test
    void keepsTheAuthorizationOnTheSameHost() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .code(307)
                .setHeader("Location", "/there")
                .build());
        answer(200, "");

        http.fetch(
                HttpCall.repeatable(
                        "x",
                        new Request.Builder()
                                .url(server.url("/"))
                                .header("Authorization", "Basic eDp5")
                                .build()),
                10);

        server.takeRequest();
        assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Basic eDp5");
    }

    @Test
    void neverGoesFromHttpsToHttp() throws Exception {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        try (MockWebServer secure = new MockWebServer();
                HttpTransport trusting = transport(Optional.of(Tls.trusting(
                        certificate.certificatePem().getBytes(java.nio.charset.StandardCharsets.US_ASCII))))) {
            secure.useHttps(new HandshakeCertificates.Builder()
                    .heldCertificate(certificate)
                    .build()
                    .sslSocketFactory());
            secure.start();
            secure.enqueue(new MockResponse.Builder()
                    .code(302)
                    .setHeader("Location", server.url("/plain"))
                    .build());

            assertThatThrownBy(() -> trusting.fetch(
                            HttpCall.repeatable(
                                    "fetch",
                                    new Request.Builder().url(secure.url("/")).build()),
                            10))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("plain http");
            assertThat(server.getRequestCount()).isZero();
        }
    }

    @Test
    void endsAnInterruptedCall() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        Thread caller = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            try {
                server.takeRequest();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            caller.interrupt();
        });
        interrupter.start();

        assertThatThrownBy(this::fetch).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private HttpTransport transport(Optional<Tls> tls) {
        HttpSettings defaults = HttpSettings.defaults();
        return new HttpTransport(new HttpSettings(
                defaults.connectTimeout(),
                defaults.readTimeout(),
                defaults.writeTimeout(),
                defaults.commitTimeout(),
                "test",
                tls,
                Optional.empty(),
                RetryPolicy.defaults().withRandom(() -> 0.5).withSleeper(waits::add)));
    }

    private HttpReply fetch() {
        return fetch(server.url("/thing").toString());
    }

    private HttpReply fetch(String url) {
        return http.fetch(
                HttpCall.repeatable(
                        "fetch a thing", new Request.Builder().url(url).build()),
                1000);
    }

    private void answer(int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }
}
