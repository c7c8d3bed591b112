package io.sandboximage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.Test;

class PullTest extends RegistryFixture {
    private final byte[] content = random(300_000);
    private final Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, content);

    @Test
    void pullsABlob() throws Exception {
        answer(bytes(200, content));

        assertThat(pull()).isEqualTo(content);

        RecordedRequest request = request();
        assertThat(request.getTarget()).isEqualTo("/v2/acme/app/blobs/" + blob.digest());
        assertThat(request.getHeaders().get("Accept-Encoding")).isEqualTo("identity");
        assertThat(request.getHeaders().get("Range")).isNull();
        assertThat(request.getHeaders().get("User-Agent")).isEqualTo("sandbox-image-sdk");
    }

    @Test
    void resumesAfterConnectionReset() throws Exception {
        answer(bytes(200, content).setHeader("ETag", "\"e1\"").onResponseBody(new SocketEffect.CloseSocket()));
        server.setDispatcher(new RangeDispatcher(server, content));

        assertThat(pull()).isEqualTo(content);

        request();
        RecordedRequest resumed = request();
        assertThat(resumed.getHeaders().get("Range")).matches("bytes=[1-9][0-9]*-");
        assertThat(resumed.getHeaders().get("If-Range")).isEqualTo("\"e1\"");
        assertThat(waits).hasSize(1);
    }

    @Test
    void resumesATruncatedBody() throws Exception {
        byte[] half = Arrays.copyOf(content, 100_000);
        answer(bytes(200, half));
        answer(bytes(206, Arrays.copyOfRange(content, 100_000, content.length))
                .setHeader("Content-Range", "bytes 100000-299999/300000"));

        assertThat(pull()).isEqualTo(content);

        request();
        assertThat(request().getHeaders().get("Range")).isEqualTo("bytes=100000-");
    }

    @Test
    void resumesWhereTheServerSendsEverythingAgain() throws Exception {
        answer(bytes(200, Arrays.copyOf(content, 100_000)));
        answer(bytes(200, content));

        assertThat(pull()).isEqualTo(content);
    }

    @Test
    void keepsResumingAsLongAsBytesCome() throws Exception {
        for (int i = 0; i < 10; i++) {
            answer(bytes(i == 0 ? 200 : 206, Arrays.copyOfRange(content, i * 30_000, (i + 1) * 30_000))
                    .setHeader("Content-Range", "bytes " + i * 30_000 + "-299999/300000"));
        }

        assertThat(pull()).isEqualTo(content);
    }

    @Test
    void givesUpWhenNothingComes() {
        for (int i = 0; i < 5; i++) {
            answer(bytes(206, new byte[0]).setHeader("Content-Range", "bytes 0-299999/300000"));
        }

        assertThatThrownBy(this::pull)
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("the connection broke after 0 of 300000 bytes");
        assertThat(waits).hasSize(4);
    }

    @Test
    void refusesAnAnswerThatResumesElsewhere() {
        answer(bytes(200, Arrays.copyOf(content, 100_000)));
        answer(bytes(206, content).setHeader("Content-Range", "bytes 5-299999/300000"));

        assertThatThrownBy(this::pull).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void refusesAWrongDigest() {
        byte[] forged = content.clone();
        forged[7]++;
        answer(bytes(200, forged));

        assertThatThrownBy(this::pull)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(blob.digest().toString());
    }

    @Test
    void refusesABlobThatIsTooShort() {
        answer(bytes(200, Arrays.copyOf(content, 10)));
        answer(status(416).setHeader("Content-Range", "bytes */10"));

        assertThatThrownBy(this::pull)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("10 bytes instead of 300000");
    }

    @Test
    void refusesABlobThatIsTooLong() {
        answer(bytes(200, Arrays.copyOf(content, content.length + 1)));

        assertThatThrownBy(this::pull).isInstanceOf(IntegrityException.class).hasMessageContaining("longer");
    }

    @Test
    void tellsAtOnceThatABlobIsNotThere() {
        answer(error(404, "BLOB_UNKNOWN"));

        assertThatThrownBy(() -> repository().blobs().open(blob))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("BLOB_UNKNOWN (the words of the server)");
    }

    @Test
    void dropsTheAuthorizationWhenRedirectedElsewhere() throws Exception {
        try (MockWebServer storage = new MockWebServer()) {
            storage.start();
            storage.enqueue(bytes(200, content).build());
            use(RegistryClient.builder()
                    .credentials(host -> Optional.of(io.sandboximage.credentials.Credentials.basic("user", "secret"))));
            answer(status(401).setHeader("WWW-Authenticate", "Basic realm=\"x\""));
            answer(status(307).setHeader("Location", storage.url("/bucket?X-Amz-Signature=abc")));

            assertThat(pull()).isEqualTo(content);

            assertThat(request().getHeaders().get("Authorization")).isNull();
            assertThat(request().getHeaders().get("Authorization")).startsWith("Basic ");
            RecordedRequest redirected = storage.takeRequest();
            assertThat(redirected.getHeaders().get("Authorization")).isNull();
            assertThat(redirected.getTarget()).isEqualTo("/bucket?X-Amz-Signature=abc");
        }
    }

    @Test
    void readsARange() throws Exception {
        answer(bytes(206, Arrays.copyOfRange(content, 1000, 1500))
                .setHeader("Content-Range", "bytes 1000-1499/300000"));

        try (InputStream in = repository().blobs().openRange(blob.digest(), 1000, 500)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1000, 1500));
        }

        assertThat(request().getHeaders().get("Range")).isEqualTo("bytes=1000-1499");
    }

    @Test
    void cutsARangeOutOfAWholeAnswer() throws Exception {
        answer(bytes(200, content));

        try (InputStream in = repository().blobs().openRange(blob.digest(), 1000, 500)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1000, 1500));
        }
    }

    @Test
    void endsAnInterruptedRead() throws Exception {
        answer(bytes(200, content).onResponseBody(SocketEffect.Stall.INSTANCE));
        try (InputStream in = repository().blobs().open(blob)) {
            Thread reader = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                while (reader.getState() != Thread.State.RUNNABLE) {
                    Thread.onSpinWait();
                }
                reader.interrupt();
            });
            interrupter.start();

            assertThatThrownBy(in::readAllBytes).isInstanceOf(io.sandboximage.error.CancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void fetchesForeignLayersOnlyWhenAsked() {
        Descriptor foreign = new Descriptor(
                blob.mediaType(),
                blob.digest(),
                blob.sizeBytes(),
                Optional.empty(),
                Map.of(),
                List.of("http://example.com/layer"),
                Optional.empty());
        answer(error(404, "BLOB_UNKNOWN"));
        answer(error(404, "BLOB_UNKNOWN"));

        assertThatThrownBy(() -> repository().blobs().open(foreign)).isInstanceOf(NotFoundException.class);
        use(RegistryClient.builder().foreignUrls(true));
        assertThatThrownBy(() -> repository().blobs().open(foreign))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("not https");
    }

    private byte[] pull() throws IOException {
        try (InputStream in = repository().blobs().open(blob)) {
            return in.readAllBytes();
        }
    }

    /** What is enqueued first, then ranges of the content. */
    private static final class RangeDispatcher extends mockwebserver3.Dispatcher {
        private final mockwebserver3.Dispatcher first;
        private final byte[] content;
        private boolean used;

        RangeDispatcher(MockWebServer server, byte[] content) {
            this.first = server.getDispatcher();
            this.content = content;
        }

        @Override
        public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            if (!used) {
                used = true;
                return first.dispatch(request);
            }
            String range = String.valueOf(request.getHeaders().get("Range"));
            int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            return new MockResponse.Builder()
                    .code(206)
                    .setHeader("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length)
                    .body(new Buffer().write(content, from, content.length - from))
                    .build();
        }
    }

    @Test
    void knowsDigestsOfBothAlgorithms() throws Exception {
        Digest sha512 = Digest.of(
                Digest.Algorithm.SHA512,
                Digest.Algorithm.SHA512.newMessageDigest().digest(content));
        answer(bytes(200, content));

        try (InputStream in = repository().blobs().open(Descriptor.of(MediaTypes.OCI_LAYER, sha512, content.length))) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }
}
