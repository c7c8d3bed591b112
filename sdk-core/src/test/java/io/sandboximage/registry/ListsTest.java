package io.sandboximage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

class ListsTest extends RegistryFixture {
    private static final Descriptor SUBJECT = Descriptor.of(MediaTypes.OCI_MANIFEST, utf8("subject"));
    private static final Descriptor EMPTY = Descriptor.of(MediaTypes.OCI_EMPTY, utf8("{}"));

    @Test
    void readsAllPagesOfTags() throws Exception {
        answer(json(200, "{'name':'acme/app','tags':['a','b']}")
                .setHeader("Link", "</v2/acme/app/tags/list?last=b&n=2>; rel=\"next\""));
        answer(json(200, "{'tags':['c']}")
                .setHeader("Link", "<" + server.url("/v2/acme/app/tags/list?last=c") + ">; title=x; rel=next"));
        answer(json(200, "{'tags':null}"));

        assertThat(repository().tags()).containsExactly("a", "b", "c");

        assertThat(line()).isEqualTo("GET /v2/acme/app/tags/list");
        assertThat(line()).isEqualTo("GET /v2/acme/app/tags/list?last=b&n=2");
        assertThat(line()).isEqualTo("GET /v2/acme/app/tags/list?last=c");
    }

    @Test
    void refusesPagesThatNeverEnd() {
        for (int i = 0; i < 3; i++) {
            answer(json(200, "{'tags':['a']}").setHeader("Link", "</v2/acme/app/tags/list>; rel=\"next\""));
        }

        assertThatThrownBy(() -> repository().tags())
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("never end");
    }

    @Test
    void refusesPagesOfOtherHosts() {
        answer(json(200, "{'tags':['a']}").setHeader("Link", "<http://example.com/tags>; rel=\"next\""));

        assertThatThrownBy(() -> repository().tags())
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("example.com");
    }

    @Test
    void tellsThatThereIsNoSuchRepository() {
        answer(error(404, "NAME_UNKNOWN"));

        assertThatThrownBy(() -> repository().tags())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("NAME_UNKNOWN");
    }

    @Test
    void listsReferrersAndFiltersWhereTheRegistryDoesNot() throws Exception {
        Descriptor sbom = referrer("sbom");
        Descriptor signature = referrer("signature");
        answer(bytes(200, ImageIndex.create(List.of(sbom), Map.of()).bytes())
                .setHeader("Link", "<?page=2>; rel=\"next\""));
        answer(bytes(200, ImageIndex.create(List.of(signature), Map.of()).bytes()));

        assertThat(repository().referrers(SUBJECT.digest(), "application/signature"))
                .containsExactly(signature);

        assertThat(line())
                .isEqualTo("GET /v2/acme/app/referrers/" + SUBJECT.digest() + "?artifactType=application%2Fsignature");
    }

    @Test
    void readsTheFallbackTagWhereThereIsNoReferrersApi() throws Exception {
        Descriptor sbom = referrer("sbom");
        answer(status(404));
        answer(bytes(200, ImageIndex.create(List.of(sbom), Map.of()).bytes())
                .setHeader("Content-Type", MediaTypes.OCI_INDEX));

        assertThat(repository().referrers(SUBJECT.digest())).containsExactly(sbom);

        request();
        assertThat(line())
                .isEqualTo(
                        "GET /v2/acme/app/manifests/sha256-" + SUBJECT.digest().hex());
    }

    @Test
    void findsNoReferrersWhereThereIsNoFallbackTag() {
        answer(status(404));
        answer(status(404));

        assertThat(repository().referrers(SUBJECT.digest())).isEmpty();
    }

    @Test
    void shortensLongFallbackTags() {
        Digest sha512 = Digest.of(
                Digest.Algorithm.SHA512,
                Digest.Algorithm.SHA512.newMessageDigest().digest());

        assertThat(Referrers.tag(sha512)).isEqualTo("sha512-" + sha512.hex().substring(0, 64));
    }

    @Test
    void addsAPushedReferrerToTheFallbackTag() throws Exception {
        Descriptor earlier = referrer("sbom");
        Manifest pushed = signature();
        answer(status(201));
        answer(bytes(200, ImageIndex.create(List.of(earlier), Map.of()).bytes())
                .setHeader("Content-Type", MediaTypes.OCI_INDEX));
        answer(status(201));

        put(pushed);

        request();
        request();
        RecordedRequest update = request();
        assertThat(update.getTarget())
                .isEqualTo("/v2/acme/app/manifests/sha256-" + SUBJECT.digest().hex());
        ImageIndex index = ImageIndex.parse(update.getBody().toByteArray(), MediaTypes.OCI_INDEX);
        assertThat(index.manifests()).hasSize(2);
        assertThat(index.manifests().get(0)).isEqualTo(earlier);
        assertThat(index.manifests().get(1).digest())
                .isEqualTo(pushed.descriptor().digest());
        assertThat(index.manifests().get(1).artifactType()).contains("application/signature");
        assertThat(index.manifests().get(1).annotations()).containsEntry("k", "v");
    }

    @Test
    void leavesTheFallbackTagAloneWhereTheRegistryKeepsReferrers() {
        answer(status(201).setHeader("OCI-Subject", SUBJECT.digest()));

        put(signature());

        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    private void put(Manifest manifest) {
        repository().manifests().put(manifest.descriptor().digest().toString(), manifest.mediaType(), manifest.bytes());
    }

    private static Manifest signature() {
        return Manifest.create(
                EMPTY, List.of(EMPTY), Map.of("k", "v"), Optional.of(SUBJECT), Optional.of("application/signature"));
    }

    private static Descriptor referrer(String type) {
        Descriptor plain = Descriptor.of(MediaTypes.OCI_MANIFEST, utf8(type));
        return new Descriptor(
                plain.mediaType(),
                plain.digest(),
                plain.sizeBytes(),
                Optional.empty(),
                Map.of(),
                List.of(),
                Optional.of("application/" + type));
    }
}
