package io.sandboximage.registry;

import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.http.RetryPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A scripted registry, and a client that records its waits instead of waiting. */
abstract class RegistryFixture {
    final MockWebServer server = new MockWebServer();
    final List<Duration> waits = new CopyOnWriteArrayList<>();
    RegistryClient client = newClient(RegistryClient.builder());

    @BeforeEach
    void startServer() throws IOException {
        server.start();
    }

    @AfterEach
    void stopServer() {
        client.close();
        server.close();
    }

    RegistryClient newClient(RegistryClientBuilder builder) {
        return builder.retries(RetryPolicy.defaults().withSleeper(waits::add).withRandom(() -> 0.5))
                .readTimeout(Duration.ofSeconds(20))
                .build();
    }

    void use(RegistryClientBuilder builder) {
        client.close();
        client = newClient(builder);
    }

    String registry() {
        return "localhost:" + server.getPort();
    }

    ImageReference reference(String rest) {
        return ImageReference.parse(registry() + "/" + rest);
    }

    Repository repository() {
        return client.repository(reference("acme/app:1"));
    }

    void answer(MockResponse.Builder response) {
        server.enqueue(response.build());
    }

    RecordedRequest request() throws InterruptedException {
        RecordedRequest request = server.takeRequest(10, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no further request came");
        }
        return request;
    }

    /** Method and target. */
    String line() throws InterruptedException {
        RecordedRequest request = request();
        return request.getMethod() + " " + request.getTarget();
    }

    static MockResponse.Builder status(int code) {
        return new MockResponse.Builder().code(code);
    }

    static MockResponse.Builder json(int code, String body) {
        return status(code).body(body.replace('\'', '"'));
    }

    static MockResponse.Builder bytes(int code, byte[] body) {
        return status(code).body(new Buffer().write(body));
    }

    static MockResponse.Builder error(int status, String code) {
        return json(status, "{'errors':[{'code':'" + code + "','message':'the words of the server'}]}");
    }

    static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
