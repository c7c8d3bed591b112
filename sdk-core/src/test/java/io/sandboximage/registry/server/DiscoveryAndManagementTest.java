package io.sandboximage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.registry.server.Client.Answer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiscoveryAndManagementTest extends BothStorages {
    private static final String TAGS = "/v2/acme/app/tags/list";

    @Test
    void tagsComeInLexicalOrderAndInPages() {
        for (String tag : List.of("b", "C", "a", "10", "9")) {
            client.pushImage("acme/app", tag, "layer");
        }
        assertThat(client.get(TAGS).text())
                .isEqualTo("{\"name\":\"acme/app\",\"tags\":[\"10\",\"9\",\"a\",\"b\",\"C\"]}");
        Answer page = client.get(TAGS + "?n=2");
        assertThat(page.text()).contains("[\"10\",\"9\"]");
        assertThat(page.header("Link")).isEqualTo("</v2/acme/app/tags/list?n=2&last=9>; rel=\"next\"");
        Answer last = client.get(TAGS + "?n=3&last=9");
        assertThat(last.text()).contains("[\"a\",\"b\",\"C\"]");
        assertThat(last.header("Link")).isEmpty();
        Answer none = client.get(TAGS + "?n=0");
        assertThat(none.text()).contains("[]");
        assertThat(none.header("Link")).isEmpty();
        client.get(TAGS + "?n=many").assertError(400, "UNSUPPORTED");
        client.get("/v2/acme/none/tags/list").assertError(404, "NAME_UNKNOWN");
    }

    @Test
    void catalogListsRepositories() {
        client.pushImage("acme/app", "v1", "layer");
        client.pushImage("acme", "v1", "layer");
        assertThat(client.get("/v2/_catalog").text()).isEqualTo("{\"repositories\":[\"acme\",\"acme/app\"]}");
        assertThat(client.get("/v2/_catalog?n=1").header("Link")).contains("last=acme");
    }

    @Test
    void referrersAreListedAndFiltered() {
        Manifest subject = client.pushImage("acme/app", "v1", "layer");
        Answer pushed = pushReferrer(subject.descriptor(), Optional.of("application/vnd.example.sbom+json"));
        assertThat(pushed.header("OCI-Subject"))
                .isEqualTo(subject.descriptor().digest().toString());
        pushReferrer(subject.descriptor(), Optional.empty());

        Answer all = referrers(subject, "");
        assertThat(all.header("Content-Type")).isEqualTo(MediaTypes.OCI_INDEX);
        assertThat(types(all)).containsExactlyInAnyOrder("application/vnd.example.sbom+json", MediaTypes.OCI_CONFIG);
        assertThat(ImageIndex.parse(all.body(), "").manifests().get(0).annotations())
                .containsEntry("by", "test");
        for (String plus : List.of("+", "%2B")) {
            Answer some = referrers(subject, "?artifactType=application/vnd.example.sbom" + plus + "json");
            assertThat(some.header("OCI-Filters-Applied")).isEqualTo("artifactType");
            assertThat(types(some)).containsExactly("application/vnd.example.sbom+json");
        }
        assertThat(types(client.get("/v2/acme/none/referrers/" + Digest.sha256(bytes("x")))))
                .isEmpty();
        client.get("/v2/acme/app/referrers/sha256:abc").assertError(400, "DIGEST_INVALID");
    }

    @Test
    void subjectMayComeLater() {
        Manifest subject = Client.image("layer");
        pushReferrer(subject.descriptor(), Optional.of("application/vnd.example.a"));
        assertThat(types(referrers(subject, ""))).containsExactly("application/vnd.example.a");
    }

    @Test
    void deletedReferrerIsNotListed() {
        Manifest subject = client.pushImage("acme/app", "v1", "layer");
        String digest = pushReferrer(subject.descriptor(), Optional.empty()).header("Docker-Content-Digest");
        client.delete("/v2/acme/app/manifests/" + digest).assertStatus(202);
        assertThat(types(referrers(subject, ""))).isEmpty();
    }

    @Test
    void deletingATagKeepsTheManifest() {
        Manifest image = client.pushImage("acme/app", "v1", "layer");
        client.delete("/v2/acme/app/manifests/v1").assertStatus(202);
        client.get("/v2/acme/app/manifests/v1").assertError(404, "MANIFEST_UNKNOWN");
        client.get("/v2/acme/app/manifests/" + image.descriptor().digest()).assertStatus(200);
        client.delete("/v2/acme/app/manifests/v1").assertError(404, "MANIFEST_UNKNOWN");
    }

    @Test
    void deletingAManifestTakesItsTags() {
        Manifest image = client.pushImage("acme/app", "v1", "layer");
        client.pushImage("acme/app", "v2", "other");
        client.delete("/v2/acme/app/manifests/" + image.descriptor().digest()).assertStatus(202);
        client.get("/v2/acme/app/manifests/v1").assertError(404, "MANIFEST_UNKNOWN");
        assertThat(client.get(TAGS).text()).contains("[\"v2\"]");
    }

    @Test
    void deletingABlobLeavesOtherRepositoriesAlone() {
        Digest digest = client.pushBlob("acme/app", "blob");
        client.pushBlob("acme/other", "blob");
        client.delete("/v2/acme/app/blobs/" + digest).assertStatus(202);
        client.get("/v2/acme/app/blobs/" + digest).assertError(404, "BLOB_UNKNOWN");
        assertThat(client.get("/v2/acme/other/blobs/" + digest).text()).isEqualTo("blob");
        client.delete("/v2/acme/app/blobs/" + digest).assertError(404, "BLOB_UNKNOWN");
    }

    private Answer pushReferrer(Descriptor subject, Optional<String> artifactType) {
        client.pushBlob("acme/app", "{}");
        Manifest referrer = Manifest.create(
                Descriptor.of(MediaTypes.OCI_CONFIG, bytes("{}")),
                List.of(),
                Map.of("by", "test"),
                Optional.of(subject),
                artifactType);
        return client.putManifest(
                        "acme/app",
                        referrer.descriptor().digest().toString(),
                        MediaTypes.OCI_MANIFEST,
                        referrer.bytes())
                .assertStatus(201);
    }

    private Answer referrers(Manifest subject, String query) {
        return client.get("/v2/acme/app/referrers/" + subject.descriptor().digest() + query)
                .assertStatus(200);
    }

    private static List<String> types(Answer index) {
        return ImageIndex.parse(index.body(), MediaTypes.OCI_INDEX).manifests().stream()
                .map(d -> d.artifactType().orElse("none"))
                .toList();
    }
}
