package io.sandboximage.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerConfigTest {
    @ParameterizedTest
    @CsvSource({
        "https://index.docker.io/v1/, docker.io",
        "https://index.docker.io/v1/, registry-1.docker.io",
        "docker.io, index.docker.io",
        "ghcr.io, ghcr.io",
        "GHCR.IO, ghcr.io",
        "https://ghcr.io, ghcr.io",
        "https://ghcr.io/v2/, ghcr.io",
        "http://ghcr.io/some/path, ghcr.io",
        "ghcr.io/v1/, ghcr.io",
        "ghcr.io/, ghcr.io",
        "localhost:5000, localhost:5000",
        "https://localhost:5000/v2, localhost:5000",
    })
    void findsByKey(String key, String host) {
        assertThat(find("{'auths':{'" + key + "':{'auth':'" + base64("user:pass") + "'}}}", host))
                .contains(Credentials.basic("user", "pass"));
    }

    @ParameterizedTest
    @CsvSource({"ghcr.io, quay.io", "ghcr.io/acme, ghcr.io", "localhost:5000, localhost", "localhost, localhost:5000"})
    void doesNotFindOthers(String key, String host) {
        assertThat(find("{'auths':{'" + key + "':{'auth':'" + base64("user:pass") + "'}}}", host))
                .isEmpty();
    }

    @Test
    void readsEveryKindOfEntry() {
        assertThat(entry("'username':'u','password':'p:w'")).contains(Credentials.basic("u", "p:w"));
        assertThat(entry("'auth':'" + base64("u:p:w\0\0") + "'")).contains(Credentials.basic("u", "p:w"));
        assertThat(entry("'auth':'" + base64("u:") + "','identitytoken':'t'"))
                .contains(new Credentials.IdentityToken("u", "t"));
        assertThat(entry("'registrytoken':'r'")).contains(Credentials.bearer("r"));
        assertThat(entry("")).isEmpty();
        assertThat(entry("'auth':''")).isEmpty();
    }

    @Test
    void tellsWhichEntryIsMalformedWithoutQuotingIt() {
        for (String auth : new String[] {"%%hunter2%%", base64("hunter2")}) {
            assertThatThrownBy(() -> entry("'auth':'" + auth + "'"))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("\"ghcr.io\"")
                    .hasMessageNotContaining("hunter2")
                    .hasMessageNotContaining(auth);
        }
    }

    @Test
    void tellsThatTheFileIsNotJsonWithoutQuotingIt() {
        assertThatThrownBy(() -> find("{'auths': hunter2", "ghcr.io"))
                .isInstanceOf(InvalidRequestException.class)
                .hasNoCause()
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void neverShowsSecrets() {
        assertThat(Credentials.basic("user", "hunter2").toString())
                .contains("user")
                .doesNotContain("hunter2");
        assertThat(Credentials.identityToken("hunter2").toString()).doesNotContain("hunter2");
        assertThat(Credentials.bearer("hunter2").toString()).doesNotContain("hunter2");
    }

    @Test
    void refusesAUserNameThatBasicAuthenticationCannotCarry() {
        assertThatThrownBy(() -> Credentials.basic("a:b", "c")).isInstanceOf(InvalidRequestException.class);
    }

    private static Optional<Credentials> entry(String members) {
        return find("{'auths':{'ghcr.io':{" + members + "}}}", "ghcr.io");
    }

    private static Optional<Credentials> find(String json, String host) {
        return DockerConfig.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "test file", Map.of())
                .find(host);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
