package io.sandboximage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.QuotaExceededException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.util.List;
import java.util.Map;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

class ManifestsTest extends RegistryFixture {
    private final Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, utf8("{}"));
    private final Manifest manifest = Manifest.create(config, List.of(), Map.of());

    @Test
    void getsByTag() throws Exception {
        answer(bytes(200, manifest.bytes())
                .setHeader("Content-Type", MediaTypes.OCI_MANIFEST + "; charset=utf-8")
                .setHeader("Docker-Content-Digest", manifest.descriptor().digest()));

        ManifestContent content = repository().manifests().get("1");

        assertThat(content.descriptor()).isEqualTo(manifest.descriptor());
        assertThat(content.bytes()).isEqualTo(manifest.bytes());
        RecordedRequest request = request();
        assertThat(request.getTarget()).isEqualTo("/v2/acme/app/manifests/1");
        assertThat(request.getHeaders().get("Accept")).contains(MediaTypes.OCI_INDEX, MediaTypes.DOCKER_MANIFEST);
    }

    @Test
    void knowsTheTypeWithoutAContentType() {
        answer(bytes(200, manifest.bytes()).setHeader("Content-Type", "application/octet-stream"));

        assertThat(repository().manifests().get("1").descriptor().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    }

    @Test
    void refusesBytesOfAnotherDigestThanAskedFor() {
        answer(bytes(200, manifest.bytes()));

        assertThatThrownBy(() -> repository()
                        .manifests()
                        .get(Digest.sha256(utf8("other")).toString()))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void refusesBytesOfAnotherDigestThanTheRegistrySays() {
        answer(bytes(200, manifest.bytes()).setHeader("Docker-Content-Digest", Digest.sha256(utf8("other"))));

        assertThatThrownBy(() -> repository().manifests().get("1")).isInstanceOf(IntegrityException.class);
    }

    @Test
    void refusesMalformedManifests() {
        for (String malformed : List.of("", "no json", "[]", "{\"a\":1}}", "{\"config\":", "{\"a\":1,\"a\":2}")) {
            answer(bytes(200, utf8(malformed)).setHeader("Content-Type", MediaTypes.OCI_MANIFEST));

            assertThatThrownBy(() -> repository().manifests().get("1"))
                    .as(malformed)
                    .isInstanceOf(InvalidContentException.class);
        }
    }

    @Test
    void refusesJsonBombs() {
        String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        String number = "{\"schemaVersion\":" + "9".repeat(1_000_000) + "}";
        byte[] huge = new byte[Manifest.MAX_BYTES + 1];
        for (byte[] bomb : List.of(utf8(deep), utf8(number), huge)) {
            answer(bytes(200, bomb).setHeader("Content-Type", MediaTypes.OCI_MANIFEST));

            assertThatThrownBy(() -> repository().manifests().get("1")).isInstanceOf(InvalidContentException.class);
        }
    }

    @Test
    void listsThePlatformsThereAre() {
        ImageIndex index =
                ImageIndex.create(List.of(manifest.descriptor().withPlatform(Platform.parse("linux/arm64"))), Map.of());
        answer(bytes(200, index.bytes()).setHeader("Content-Type", index.mediaType()));
        RegistrySource source = client.source(reference("acme/app:1"));

        assertThatThrownBy(() -> source.image(Platform.LINUX_AMD64))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("linux/arm64");
    }

    @Test
    void resolvesATagOnce() {
        answer(bytes(200, manifest.bytes()).setHeader("Content-Type", manifest.mediaType()));
        RegistrySource source = client.source(reference("acme/app:1"));

        Descriptor first = source.descriptor();

        assertThat(source.descriptor()).isEqualTo(first);
        assertThat(source.manifest(first)).isEqualTo(manifest.bytes());
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void looksUpByHead() throws Exception {
        answer(status(200)
                .setHeader("Content-Type", MediaTypes.OCI_MANIFEST)
                .setHeader("Content-Length", 7)
                .setHeader("Docker-Content-Digest", manifest.descriptor().digest()));
        answer(status(404));

        assertThat(repository().manifests().head("1"))
                .contains(Descriptor.of(
                        MediaTypes.OCI_MANIFEST, manifest.descriptor().digest(), 7));
        assertThat(repository().manifests().head("2")).isEmpty();
        assertThat(request().getMethod()).isEqualTo("HEAD");
    }

    @Test
    void fetchesWhatHeadDoesNotTell() throws Exception {
        answer(status(200));
        answer(bytes(200, manifest.bytes()));

        assertThat(repository().manifests().head("1")).contains(manifest.descriptor());
        request();
        assertThat(request().getMethod()).isEqualTo("GET");
    }

    @Test
    void puts() throws Exception {
        answer(status(201)
                .setHeader("Docker-Content-Digest", manifest.descriptor().digest()));

        assertThat(repository().manifests().put("1", manifest.mediaType(), manifest.bytes()))
                .isEqualTo(manifest.descriptor());

        RecordedRequest request = request();
        assertThat(request.getMethod() + " " + request.getTarget()).isEqualTo("PUT /v2/acme/app/manifests/1");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(request.getBody().toByteArray()).isEqualTo(manifest.bytes());
    }

    @Test
    void noticesThatTheRegistryStoredSomethingElse() {
        answer(status(201).setHeader("Docker-Content-Digest", Digest.sha256(utf8("other"))));

        assertThatThrownBy(() -> repository().manifests().put("1", manifest.mediaType(), manifest.bytes()))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void pushesNothingUnderTheDigestOfSomethingElse() {
        assertThatThrownBy(() -> repository()
                        .manifests()
                        .put(Digest.sha256(utf8("other")).toString(), manifest.mediaType(), manifest.bytes()))
                .isInstanceOf(IntegrityException.class);
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void tellsWhatTheRegistryFindsWrong() {
        answer(error(400, "MANIFEST_BLOB_UNKNOWN"));
        answer(error(413, "SIZE_INVALID"));

        assertThatThrownBy(() -> repository().manifests().put("1", manifest.mediaType(), manifest.bytes()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("push the manifest of " + registry() + "/acme/app:1")
                .hasMessageContaining("MANIFEST_BLOB_UNKNOWN");
        assertThatThrownBy(() -> repository().manifests().put("1", manifest.mediaType(), manifest.bytes()))
                .isInstanceOf(QuotaExceededException.class);
    }

    @Test
    void deletes() throws Exception {
        answer(status(202));
        answer(error(405, "UNSUPPORTED"));

        repository().manifests().delete("1");

        assertThat(line()).isEqualTo("DELETE /v2/acme/app/manifests/1");
        assertThatThrownBy(() -> repository().manifests().delete("1"))
                .isInstanceOf(InvalidRequestException.class)
                .satisfies(e -> assertThat(((InvalidRequestException) e).remote())
                        .contains(
                                new io.sandboximage.error.RemoteError(405, "UNSUPPORTED", "the words of the server")));
    }
}
