package io.sandboximage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String HEX = "a".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "ubuntu, docker.io/library/ubuntu:latest, ubuntu:latest",
        "ubuntu:22.04, docker.io/library/ubuntu:22.04, ubuntu:22.04",
        "library/ubuntu, docker.io/library/ubuntu:latest, ubuntu:latest",
        "docker.io/ubuntu, docker.io/library/ubuntu:latest, ubuntu:latest",
        "index.docker.io/library/ubuntu, docker.io/library/ubuntu:latest, ubuntu:latest",
        "acme/app, docker.io/acme/app:latest, acme/app:latest",
        "docker.io/acme/app:v1, docker.io/acme/app:v1, acme/app:v1",
        "localhost/app, localhost/app:latest, localhost/app:latest",
        "localhost:5000/app:v1, localhost:5000/app:v1, localhost:5000/app:v1",
        "localhost, docker.io/library/localhost:latest, localhost:latest",
        "example.com:80, docker.io/library/example.com:80, example.com:80",
        "example.com:80/app, example.com:80/app:latest, example.com:80/app:latest",
        "host:80/app, host:80/app:latest, host:80/app:latest",
        "127.0.0.1/app, 127.0.0.1/app:latest, 127.0.0.1/app:latest",
        "[::1]:5000/app, [::1]:5000/app:latest, [::1]:5000/app:latest",
        "[2001:db8::1]/app, [2001:db8::1]/app:latest, [2001:db8::1]/app:latest",
        "HOST/app, HOST/app:latest, HOST/app:latest",
        "xn--n3h.com/app, xn--n3h.com/app:latest, xn--n3h.com/app:latest",
        "under_score/app, docker.io/under_score/app:latest, under_score/app:latest",
        "a__b, docker.io/library/a__b:latest, a__b:latest",
        "a--b.c, docker.io/library/a--b.c:latest, a--b.c:latest",
        "docker.io/library/a/b, docker.io/library/a/b:latest, library/a/b:latest",
        "docker.io/foo.com/bar, docker.io/foo.com/bar:latest, docker.io/foo.com/bar:latest",
        "docker.io/localhost/bar, docker.io/localhost/bar:latest, docker.io/localhost/bar:latest",
        "acme/app:V_1.-, docker.io/acme/app:V_1.-, acme/app:V_1.-"
    })
    void shortNamesAreWrittenOutAndBack(String text, String full, String familiar) {
        ImageReference reference = ImageReference.parse(text);
        assertThat(reference).hasToString(full);
        assertThat(reference.familiar()).isEqualTo(familiar);
        assertThat(ImageReference.parse(full)).isEqualTo(reference);
        assertThat(ImageReference.parse(familiar)).isEqualTo(reference);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a//b",
                "/a",
                "a/",
                "a.b/",
                "a:",
                "a/b@",
                ":x",
                "a:b:c",
                "Ubuntu",
                "acme/App",
                "-a",
                "a-",
                "a..b",
                "a___b",
                "a-_b",
                "a/../b",
                "..",
                "http://a/b",
                "a@sha256:abc",
                "a@md5:d41d8cd98f00b204e9800998ecf8427e",
                "[fe80::1%eth0]/a",
                "[::1/a",
                "a:.tag",
                "a:-tag",
                "a\nb",
                "host:port/a",
                "host:123456/a",
                "a_b.com:80/x",
                "ı/app"
            })
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void digestWinsOverTag() {
        ImageReference both = ImageReference.parse("ghcr.io/acme/app:v1@sha256:" + HEX);
        assertThat(both.tag()).contains("v1");
        assertThat(both.manifestKey()).isEqualTo("sha256:" + HEX);
        assertThat(both.withTag("v2")).hasToString("ghcr.io/acme/app:v2");
        ImageReference digestOnly = ImageReference.parse("ghcr.io/acme/app@sha256:" + HEX);
        assertThat(digestOnly.tag()).isEmpty();
        assertThat(both.withDigest(Digest.parse("sha256:" + HEX))).isEqualTo(digestOnly);
        String sha512 = "ghcr.io/acme/app@sha512:" + "b".repeat(128);
        assertThat(ImageReference.parse(sha512)).hasToString(sha512);
        assertThatThrownBy(() -> ImageReference.parse("@sha256:" + HEX)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void imageIdIsRefusedWithAdvice() {
        assertThatThrownBy(() -> ImageReference.parse(HEX))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("image ID");
        assertThat(ImageReference.parse(HEX.substring(1)).repository()).isEqualTo("library/" + HEX.substring(1));
    }

    @Test
    void lengthsAreLimited() {
        String longest = "a".repeat(255 - "ghcr.io/".length());
        assertThat(ImageReference.parse("ghcr.io/" + longest).repository()).hasSize(247);
        assertThatThrownBy(() -> ImageReference.parse("ghcr.io/" + longest + "a"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("255");
        assertThat(ImageReference.parse("a:" + "x".repeat(128)).tag()).isPresent();
        assertThatThrownBy(() -> ImageReference.parse("a:" + "x".repeat(129)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ImageReference.parse("a/".repeat(100_000) + "a"))
                .isInstanceOf(InvalidRequestException.class);
    }
}
