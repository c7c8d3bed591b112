package io.sandboximage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.registry.server.Client.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PushAndPullTest extends BothStorages {
    private static final String UPLOADS = "/v2/acme/app/blobs/uploads/";
    private static final String HELLO = "hello";

    @Test
    void listensOnLoopbackAndSaysSo() {
        assertThat(server.address()).startsWith("127.0.0.1:");
        assertThat(server.url()).hasToString("http://" + server.address());
        assertThat(server.reference("acme/app", "v1")).hasToString(server.address() + "/acme/app:v1");
        assertThat(client.get("/v2/").status()).isEqualTo(200);
    }

    @Test
    void pulledImageIsThePushedOne() {
        Manifest image = client.pushImage("acme/app", "v1", "layer");
        Digest digest = image.descriptor().digest();

        Answer byTag = client.get("/v2/acme/app/manifests/v1");
        assertThat(byTag.body()).isEqualTo(image.bytes());
        assertThat(byTag.header("Content-Type")).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(byTag.header("Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(client.get("/v2/acme/app/manifests/" + digest).body()).isEqualTo(image.bytes());
        assertThat(client.get("/v2/acme/app/blobs/" + image.layers().get(0).digest())
                        .text())
                .isEqualTo("layer");
        Answer head = client.head("/v2/acme/app/manifests/v1");
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(image.bytes().length));
    }

    @Test
    void sessionCanBeReusedAsSoonAsItsAnswerIsThere() {
        // Once failed: the answer to POST was sent before the upload was free for the PUT.
        for (int i = 0; i < 50; i++) {
            String content = "blob " + i;
            String location = client.post(UPLOADS).header("Location");
            Answer put = client.send("PUT", location + "?digest=" + sha256(content), content);
            assertThat(put.status()).as(put.text()).isEqualTo(201);
        }
    }

    @Test
    void chunksMustComeInOrder() {
        String location = client.post(UPLOADS).header("Location");
        Answer first = client.send("PATCH", location, "he", "Content-Range", "0-1");
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.header("Range")).isEqualTo("0-1");

        Answer gap = client.send("PATCH", location, "lo", "Content-Range", "3-4");
        assertThat(gap.status()).isEqualTo(416);
        assertThat(gap.header("Range")).isEqualTo("0-1");
        Answer status = client.get(location);
        assertThat(status.status()).isEqualTo(204);
        assertThat(status.header("Range")).isEqualTo("0-1");

        client.send("PATCH", location, "l", "Content-Range", "2-2");
        Answer last = client.send("PUT", location + "?digest=" + sha256(HELLO), "lo", "Content-Range", "3-4");
        assertThat(last.status()).isEqualTo(201);
        assertThat(client.get(last.header("Location")).text()).isEqualTo(HELLO);
        client.get(location).assertError(404, "BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    void wrongDigestIsRefusedAndEndsTheUpload() {
        String location = client.post(UPLOADS).header("Location");
        String wrong = "?digest=" + sha256("other");
        client.send("PUT", location + wrong, HELLO).assertError(400, "DIGEST_INVALID");
        client.get(location).assertError(404, "BLOB_UPLOAD_UNKNOWN");
        client.send("POST", UPLOADS + wrong, HELLO).assertError(400, "DIGEST_INVALID");
    }

    @Test
    void streamedUploadNeedsNoRange() {
        String location = client.post(UPLOADS).header("Location");
        client.send("PATCH", location, "hel").assertStatus(202);
        client.send("PATCH", location, "lo").assertStatus(202);
        client.send("PUT", location + "?digest=" + sha256(HELLO), "").assertStatus(201);
        assertThat(client.get("/v2/acme/app/blobs/" + sha256(HELLO)).text()).isEqualTo(HELLO);
    }

    @Test
    void cancelledUploadIsGone() {
        String location = client.post(UPLOADS).header("Location");
        client.send("PATCH", location, HELLO).assertStatus(202);
        client.delete(location).assertStatus(204);
        client.get(location).assertError(404, "BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    void uploadBelongsToItsRepository() {
        String location = client.post(UPLOADS).header("Location");
        client.get(location.replace("acme/app", "acme/other")).assertError(404, "BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    void malformedRangeAndWrongLengthAreRefused() {
        String location = client.post(UPLOADS).header("Location");
        client.send("PATCH", location, HELLO, "Content-Range", "five").assertError(400, "BLOB_UPLOAD_INVALID");
        client.send("PATCH", location, HELLO, "Content-Range", "0-9").assertError(400, "SIZE_INVALID");
        client.send("PATCH", location, HELLO, "Content-Range", "0-4").assertStatus(202);
    }

    @Test
    void emptyBlobIsABlob() {
        Digest empty = client.pushBlob("acme/app", "");
        Answer pulled = client.get("/v2/acme/app/blobs/" + empty).assertStatus(200);
        assertThat(pulled.header("Content-Length")).isEqualTo("0");
    }

    @Test
    void sha512IsADigestToo() {
        Digest digest = Digest.of(
                Digest.Algorithm.SHA512,
                Digest.Algorithm.SHA512.newMessageDigest().digest(bytes(HELLO)));
        client.send("POST", UPLOADS + "?digest=" + digest, HELLO).assertStatus(201);
        assertThat(client.get("/v2/acme/app/blobs/" + digest).text()).isEqualTo(HELLO);
    }

    @Test
    void mountsFromTheNamedRepositoryOrFromAny() {
        Digest digest = client.pushBlob("acme/app", HELLO);
        String mount = "/blobs/uploads/?mount=" + digest;

        client.post("/v2/acme/a" + mount + "&from=acme/nothing").assertStatus(202);
        client.get("/v2/acme/a/blobs/" + digest).assertStatus(404);
        Answer mounted = client.post("/v2/acme/a" + mount + "&from=acme/app").assertStatus(201);
        assertThat(client.get(mounted.header("Location")).text()).isEqualTo(HELLO);
        client.post("/v2/acme/b" + mount).assertStatus(201);
        assertThat(client.get("/v2/acme/b/blobs/" + digest).text()).isEqualTo(HELLO);
    }

    @Test
    void blobCannotBeReadThroughARepositoryThatLacksIt() {
        Digest digest = client.pushBlob("acme/secret", HELLO);
        client.pushBlob("acme/app", "other");
        client.get("/v2/acme/app/blobs/" + digest).assertError(404, "BLOB_UNKNOWN");
        client.get("/v2/acme/none/blobs/" + digest).assertError(404, "NAME_UNKNOWN");
    }

    @Test
    void manifestIsNotABlob() {
        Manifest image = client.pushImage("acme/app", "v1", HELLO);
        client.get("/v2/acme/app/blobs/" + image.descriptor().digest()).assertError(404, "BLOB_UNKNOWN");
    }

    @Test
    void manifestWhoseBlobsAreMissingIsRefused() {
        byte[] manifest = Client.image(HELLO).bytes();
        client.pushBlob("acme/other", "{}");
        client.pushBlob("acme/other", HELLO);
        client.putManifest("acme/app", "v1", MediaTypes.OCI_MANIFEST, manifest)
                .assertError(400, "MANIFEST_BLOB_UNKNOWN");
        client.get("/v2/acme/app/manifests/v1").assertStatus(404);
    }

    @Test
    void indexWhoseManifestsAreMissingIsRefused() {
        byte[] index = ImageIndex.create(List.of(Client.image(HELLO).descriptor()), Map.of())
                .bytes();
        client.putManifest("acme/app", "all", MediaTypes.OCI_INDEX, index).assertError(400, "MANIFEST_BLOB_UNKNOWN");
        client.pushImage("acme/app", "v1", HELLO);
        client.putManifest("acme/app", "all", MediaTypes.OCI_INDEX, index).assertStatus(201);
        assertThat(client.get("/v2/acme/app/manifests/all").header("Content-Type"))
                .isEqualTo(MediaTypes.OCI_INDEX);
    }

    @Test
    void manifestMustBeWhatItSays() {
        byte[] manifest = client.pushImage("acme/app", "v1", HELLO).bytes();
        client.putManifest("acme/app", "v2", MediaTypes.DOCKER_MANIFEST, manifest)
                .assertError(400, "MANIFEST_INVALID");
        client.putManifest("acme/app", "v2", "text/html", manifest).assertError(400, "MANIFEST_INVALID");
        client.putManifest("acme/app", "v2", MediaTypes.OCI_MANIFEST, bytes("{\"a\":"))
                .assertError(400, "MANIFEST_INVALID");
        client.putManifest("acme/app", sha256("x").toString(), MediaTypes.OCI_MANIFEST, manifest)
                .assertError(400, "DIGEST_INVALID");
        client.putManifest("acme/app", ".hidden", MediaTypes.OCI_MANIFEST, manifest)
                .assertError(400, "MANIFEST_INVALID");
        client.putManifest("acme/app", "v2", MediaTypes.OCI_MANIFEST + "; charset=utf-8", manifest)
                .assertStatus(201);
    }

    private static Digest sha256(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
