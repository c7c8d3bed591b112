package io.sandboximage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
    private static final String HEX = "a".repeat(64);
    private static final String BLOB =
            "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:" + HEX + "\",\"size\":2}";

    @Test
    void unknownMembersAndTheExactBytesSurvive() {
        String text = "{ \"schemaVersion\":2,\n \"x-future\": [1.50, {\"é\":null}], \"config\":" + BLOB
                + ",\"layers\":[],\"subject\":" + BLOB + ",\"annotations\":{\"b\":\"1\",\"a\":\"2\"} }\n";
        Manifest manifest = Manifest.parse(bytes(text), MediaTypes.OCI_MANIFEST);
        assertThat(manifest.bytes()).isEqualTo(bytes(text));
        assertThat(manifest.descriptor().digest()).isEqualTo(Digest.sha256(bytes(text)));
        assertThat(manifest.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(manifest.subject()).isPresent();
        assertThat(manifest.annotations().keySet()).containsExactly("b", "a");
        manifest.bytes()[0] = 'x';
        assertThat(manifest.bytes()).isEqualTo(bytes(text));

        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"moby.x\":{\"y\":1},\"created\":\"no date\","
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + HEX + "\"]},\"config\":null}";
        ImageConfig parsed = ImageConfig.parse(bytes(config));
        assertThat(parsed.bytes()).isEqualTo(bytes(config));
        assertThat(parsed.diffIds()).hasSize(1);
        assertThat(parsed.created()).isEmpty();
        assertThat(parsed.env()).isEmpty();
    }

    @Test
    void newDocumentsComeBackAsTheyWereMade() {
        Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, bytes("{}"));
        Manifest manifest = Manifest.create(config, List.of(config), Map.of("k", "v"));
        Manifest again = Manifest.parse(manifest.bytes(), "");
        assertThat(again.config()).isEqualTo(config);
        assertThat(again.annotations()).containsExactly(Map.entry("k", "v"));
        assertThat(again.descriptor()).isEqualTo(manifest.descriptor());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schemaVersion\":1}",
                "{\"schemaVersion\":2}",
                "{\"config\":%s,\"layers\":[],\"manifests\":[]}",
                "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"config\":%s,\"layers\":[]}",
                "{\"config\":%s,\"layers\":[1]}",
                "{\"config\":%s,\"layers\":{}}",
                "{\"config\":%s,\"config\":%s}",
                "{\"config\":{\"mediaType\":\"m\",\"digest\":\"sha256:abc\",\"size\":1}}",
                "{\"config\":{\"mediaType\":\"m\",\"digest\":\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"size\":-1}}",
                "{\"config\":%s,\"annotations\":{\"a\":1}}",
                "[]",
                "null",
                ""
            })
    void malformedOrAmbiguousManifestIsRefused(String text) {
        assertThatThrownBy(() -> Manifest.parse(bytes(text.replace("%s", BLOB)), MediaTypes.OCI_MANIFEST))
                .isInstanceOf(InvalidContentException.class);
    }

    @Test
    void indexSelectsTheClosestVariantAndListsWhatThereIs() {
        Descriptor v6 = entry("6", Platform.of("linux", "arm", "v6"));
        Descriptor v7 = entry("7", Platform.of("linux", "arm", "v7"));
        Descriptor attestation = entry("a", Platform.of("unknown", "unknown"));
        ImageIndex index = ImageIndex.create(List.of(attestation, v6, v7, entry("8", Platform.LINUX_AMD64)), Map.of());
        assertThat(index.select(Platform.of("linux", "arm", "v8")).digest()).isEqualTo(v7.digest());
        assertThat(index.select(Platform.of("linux", "arm", "v6")).digest()).isEqualTo(v6.digest());
        assertThatThrownBy(() -> index.select(Platform.LINUX_ARM64))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("linux/arm/v6, linux/arm/v7, linux/amd64")
                .hasMessageNotContaining("unknown");
    }

    @Test
    void digestsAreStrict() {
        for (String bad : List.of(
                "",
                "sha256",
                "sha256:",
                "sha256:" + HEX + "a",
                "SHA256:" + HEX,
                "sha256:" + "A".repeat(64),
                "sha384:" + HEX,
                "sha512:" + HEX,
                "sha256:" + "g".repeat(64),
                "sha256:../" + HEX.substring(3))) {
            assertThatThrownBy(() -> Digest.parse(bad)).isInstanceOf(InvalidContentException.class);
        }
        assertThat(Digest.sha256(new byte[0]))
                .hasToString("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Digest.sha256(bytes("x")).matches(bytes("x"))).isTrue();
        assertThat(Digest.sha256(bytes("x")).matches(bytes("y"))).isFalse();
    }

    private static Descriptor entry(String content, Platform platform) {
        return Descriptor.of(MediaTypes.OCI_MANIFEST, bytes(content)).withPlatform(platform);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
