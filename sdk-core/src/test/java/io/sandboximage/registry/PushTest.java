package io.sandboximage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.QuotaExceededException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.progress.ProgressTask;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Test;

class PushTest extends RegistryFixture {
    private final byte[] content = random(200_000);
    private final Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, content);

    @Test
    void skipsABlobThatIsThere() throws Exception {
        answer(status(200));

        repository().blobs().upload(blob, content);

        assertThat(line()).isEqualTo("HEAD /v2/acme/app/blobs/" + blob.digest());
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void pushesInOnePut() throws Exception {
        answer(status(404));
        answer(started("/v2/acme/app/blobs/uploads/u1?_state=a%3Db%2Bc"));
        answer(status(201));

        repository().blobs().upload(blob, content);

        assertThat(line()).startsWith("HEAD");
        assertThat(line()).isEqualTo("POST /v2/acme/app/blobs/uploads/");
        RecordedRequest put = request();
        assertThat(put.getMethod() + " " + put.getTarget())
                .isEqualTo("PUT /v2/acme/app/blobs/uploads/u1?_state=a%3Db%2Bc&digest=" + blob.digest());
        assertThat(put.getHeaders().get("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(put.getBody().toByteArray()).isEqualTo(content);
    }

    @Test
    void followsAnAbsoluteLocation() throws Exception {
        answer(started(server.url("/elsewhere?x=1").toString()));
        answer(status(201));

        push();

        request();
        assertThat(line()).isEqualTo("PUT /elsewhere?x=1&digest=" + blob.digest());
    }

    @Test
    void triesASmallBlobInOnePost() throws Exception {
        byte[] small = utf8("small");
        Descriptor descriptor = Descriptor.of(MediaTypes.OCI_CONFIG, small);
        answer(status(404));
        answer(status(201));

        repository().blobs().upload(descriptor, small);

        request();
        RecordedRequest post = request();
        assertThat(post.getTarget()).isEqualTo("/v2/acme/app/blobs/uploads/?digest=" + descriptor.digest());
        assertThat(post.getBody().toByteArray()).isEqualTo(small);
    }

    @Test
    void goesOnWhereOnePostIsNotEnoughAndRemembersThat() throws Exception {
        byte[] small = utf8("small");
        Descriptor descriptor = Descriptor.of(MediaTypes.OCI_CONFIG, small);
        answer(status(404));
        answer(started("/u1"));
        answer(status(201));
        answer(status(404));
        answer(started("/u2"));
        answer(status(201));

        repository().blobs().upload(descriptor, small);
        repository().blobs().upload(descriptor, small);

        request();
        assertThat(line()).contains("uploads/?digest=");
        assertThat(line()).isEqualTo("PUT /u1?digest=" + descriptor.digest());
        request();
        assertThat(line()).isEqualTo("POST /v2/acme/app/blobs/uploads/");
        assertThat(line()).isEqualTo("PUT /u2?digest=" + descriptor.digest());
    }

    @Test
    void pushesInChunks() throws Exception {
        use(RegistryClient.builder().chunkedUploads(80_000));
        answer(started("/u1"));
        answer(accepted("/u2", 79_999));
        answer(accepted("/u3", 159_999));
        answer(accepted("/u4", 199_999));
        answer(status(201));

        push();

        assertThat(line()).startsWith("POST");
        RecordedRequest first = request();
        assertThat(first.getMethod() + " " + first.getTarget()).isEqualTo("PATCH /u1");
        assertThat(first.getHeaders().get("Content-Range")).isEqualTo("0-79999");
        assertThat(first.getBody().toByteArray()).isEqualTo(Arrays.copyOf(content, 80_000));
        assertThat(request().getHeaders().get("Content-Range")).isEqualTo("80000-159999");
        RecordedRequest last = request();
        assertThat(last.getHeaders().get("Content-Range")).isEqualTo("160000-199999");
        assertThat(last.getBody().toByteArray()).isEqualTo(Arrays.copyOfRange(content, 160_000, 200_000));
        RecordedRequest put = request();
        assertThat(put.getTarget()).isEqualTo("/u4?digest=" + blob.digest());
        assertThat(put.getBodySize()).isZero();
    }

    @Test
    void obeysTheSmallestChunk() throws Exception {
        use(RegistryClient.builder().chunkedUploads(10_000));
        answer(started("/u1").setHeader("OCI-Chunk-Min-Length", 150_000));
        answer(accepted("/u1", 149_999));
        answer(accepted("/u1", 199_999));
        answer(status(201));

        push();

        request();
        assertThat(request().getHeaders().get("Content-Range")).isEqualTo("0-149999");
        assertThat(request().getHeaders().get("Content-Range")).isEqualTo("150000-199999");
    }

    @Test
    void resumesABrokenChunkFromWhatTheRegistryHas() throws Exception {
        use(RegistryClient.builder().chunkedUploads(100_000));
        answer(started("/u1"));
        answer(status(202).onResponseStart(new SocketEffect.CloseSocket()));
        answer(status(204).setHeader("Location", "/u2").setHeader("Range", "0-49999"));
        answer(accepted("/u3", 149_999));
        answer(accepted("/u4", 199_999));
        answer(status(201));

        push();

        assertThat(line()).startsWith("POST");
        assertThat(line()).isEqualTo("PATCH /u1");
        assertThat(line()).isEqualTo("GET /u1");
        RecordedRequest resumed = request();
        assertThat(resumed.getTarget()).isEqualTo("/u2");
        assertThat(resumed.getHeaders().get("Content-Range")).isEqualTo("50000-149999");
        assertThat(resumed.getBody().toByteArray()).isEqualTo(Arrays.copyOfRange(content, 50_000, 150_000));
    }

    @Test
    void resumesABrokenPutWithWhatIsMissing() throws Exception {
        answer(started("/u1"));
        answer(status(201).onResponseStart(new SocketEffect.CloseSocket()));
        answer(status(204).setHeader("Location", "/u1").setHeader("Range", "0-149999"));
        answer(accepted("/u1", 199_999));
        answer(status(201));

        push();

        request();
        request();
        assertThat(line()).isEqualTo("GET /u1");
        RecordedRequest patch = request();
        assertThat(patch.getMethod()).isEqualTo("PATCH");
        assertThat(patch.getBody().toByteArray()).isEqualTo(Arrays.copyOfRange(content, 150_000, 200_000));
        assertThat(line()).isEqualTo("PUT /u1?digest=" + blob.digest());
    }

    @Test
    void beginsAgainWhereTheRegistryLostTheUpload() throws Exception {
        answer(started("/u1"));
        answer(status(201).onResponseStart(new SocketEffect.CloseSocket()));
        answer(error(404, "BLOB_UPLOAD_UNKNOWN"));
        answer(status(404));
        answer(started("/u2"));
        answer(status(201));

        push();

        request();
        request();
        assertThat(line()).isEqualTo("GET /u1");
        assertThat(line()).startsWith("HEAD");
        assertThat(line()).isEqualTo("POST /v2/acme/app/blobs/uploads/");
        assertThat(request().getBody().toByteArray()).isEqualTo(content);
    }

    @Test
    void isContentWhenALostCommitWorked() throws Exception {
        answer(started("/u1"));
        answer(status(201).onResponseStart(new SocketEffect.CloseSocket()));
        answer(error(404, "BLOB_UPLOAD_UNKNOWN"));
        answer(status(200));

        push();

        assertThat(server.getRequestCount()).isEqualTo(4);
    }

    @Test
    void asksForTheOffsetAfter416() throws Exception {
        use(RegistryClient.builder().chunkedUploads(100_000));
        answer(started("/u1"));
        answer(status(416));
        answer(status(204).setHeader("Location", "/u2").setHeader("Range", "0-99999"));
        answer(accepted("/u3", 199_999));
        answer(status(201));

        push();

        request();
        request();
        assertThat(line()).isEqualTo("GET /u1");
        assertThat(request().getHeaders().get("Content-Range")).isEqualTo("100000-199999");
    }

    @Test
    void sendsAgainWhatTheRegistryDidNotTake() throws Exception {
        use(RegistryClient.builder().chunkedUploads(150_000));
        answer(started("/u1"));
        answer(accepted("/u1", 99_999));
        answer(accepted("/u1", 199_999));
        answer(status(201));

        push();

        request();
        request();
        assertThat(request().getHeaders().get("Content-Range")).isEqualTo("100000-199999");
    }

    @Test
    void retriesAfterAServerError() throws Exception {
        answer(started("/u1"));
        answer(status(503).setHeader("Retry-After", "7"));
        answer(status(204).setHeader("Location", "/u1").setHeader("Range", "0-0"));
        answer(status(201));

        push();

        assertThat(waits).hasSize(1);
        assertThat(waits.get(0)).isBetween(java.time.Duration.ofSeconds(7), java.time.Duration.ofSeconds(8));
    }

    @Test
    void cutsWhatIsTooLargeIntoChunks() throws Exception {
        RegistryClientBuilder builder = RegistryClient.builder();
        use(builder);
        Repository small = new Repository(repository().routes(), new UploadSettings(Long.MAX_VALUE, 150_000, 0), false);
        answer(started("/u1"));
        answer(status(413));
        answer(status(404));
        answer(started("/u2"));
        answer(accepted("/u2", 149_999));
        answer(accepted("/u2", 199_999));
        answer(status(201));

        small.blobs().upload(blob, () -> new ByteArrayInputStream(content), ProgressTask.silent(), Optional.empty());

        assertThat(line()).startsWith("POST");
        assertThat(line()).startsWith("PUT");
        assertThat(line()).startsWith("HEAD");
        assertThat(line()).startsWith("POST");
        assertThat(line()).startsWith("PATCH");
    }

    @Test
    void givesUpAndCancelsTheUpload() throws Exception {
        use(RegistryClient.builder().chunkedUploads(1_000_000));
        answer(started("/u1"));
        answer(status(413));
        answer(status(204));
        // The blob is smaller than a chunk, so there is nothing to cut.
        assertThatThrownBy(this::push).isInstanceOf(QuotaExceededException.class);

        request();
        request();
        assertThat(line()).isEqualTo("DELETE /u1");
    }

    @Test
    void tellsThatTheRegistryComputedAnotherDigest() {
        answer(started("/u1"));
        answer(error(400, "DIGEST_INVALID"));
        answer(status(204));

        assertThatThrownBy(this::push).isInstanceOf(IntegrityException.class);
    }

    @Test
    void tellsWhyTheBlobCouldNotBeRead() {
        answer(started("/u1"));
        answer(status(201));
        answer(status(204));

        assertThatThrownBy(() -> repository()
                        .blobs()
                        .upload(
                                blob,
                                () -> {
                                    throw new StorageException("disk on fire");
                                },
                                ProgressTask.silent(),
                                Optional.empty()))
                .isInstanceOf(StorageException.class)
                .hasMessage("disk on fire");
    }

    @Test
    void uploadsNothingThatIsTooShortOrTooLong() {
        answerUploadsWith(201);
        for (int size : new int[] {content.length - 1, content.length + 1}) {
            byte[] wrong = Arrays.copyOf(content, size);

            assertThatThrownBy(() -> repository()
                            .blobs()
                            .upload(
                                    blob,
                                    () -> new ByteArrayInputStream(wrong),
                                    ProgressTask.silent(),
                                    Optional.empty()))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void mounts() throws Exception {
        answer(status(201));

        assertThat(repository().blobs().mount(blob.digest(), "acme/base")).isTrue();

        assertThat(line()).isEqualTo("POST /v2/acme/app/blobs/uploads/?mount=" + blob.digest() + "&from=acme%2Fbase");
    }

    @Test
    void leavesNoUploadBehindWhenAMountFails() throws Exception {
        answer(started("/u1"));
        answer(status(204));

        assertThat(repository().blobs().mount(blob.digest(), "acme/base")).isFalse();

        request();
        assertThat(line()).isEqualTo("DELETE /u1");
    }

    @Test
    void refusesAnUploadLocationThatIsMissing() {
        answer(status(202));

        assertThatThrownBy(this::push)
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("where");
    }

    @Test
    void givesUpAfterTheAttempts() {
        answerUploadsWith(500);

        assertThatThrownBy(this::push).isInstanceOf(UnavailableException.class);
        assertThat(waits).hasSize(4);
    }

    private void answerUploadsWith(int status) {
        server.setDispatcher(new mockwebserver3.Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return switch (request.getMethod()) {
                    case "POST" -> started("/u1").build();
                    case "PUT" -> status(status).build();
                    default -> status(404).build();
                };
            }
        });
    }

    private void push() {
        repository()
                .blobs()
                .upload(blob, () -> new ByteArrayInputStream(content), ProgressTask.silent(), Optional.empty());
    }

    private static MockResponse.Builder started(String location) {
        return status(202).setHeader("Location", location).setHeader("Range", "0-0");
    }

    private static MockResponse.Builder accepted(String location, int last) {
        return status(202).setHeader("Location", location).setHeader("Range", "0-" + last);
    }
}
