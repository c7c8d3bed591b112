package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildKitAddressTest {
    @ParameterizedTest
    @CsvSource({
        "unix:///run/buildkit/buildkitd.sock, unix:///run/buildkit/buildkitd.sock, localhost",
        "tcp://builder.example.com, tcp://builder.example.com:1234, builder.example.com:1234",
        "tcp://builder.example.com:8372, tcp://builder.example.com:8372, builder.example.com:8372",
        "tcp://[::1]:1, tcp://[::1]:1, [::1]:1",
        "docker:unix:///run/docker.sock, docker:unix:///run/docker.sock, localhost",
        "docker:tcp://engine.example.com, docker:tcp://engine.example.com:2375, engine.example.com:2375",
    })
    void readsWhatUsersWrite(String text, String name, String authority) {
        BuildKitAddress address = BuildKitAddress.parse(text);

        assertThat(address).hasToString(name);
        assertThat(address.authority()).isEqualTo(authority);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unix://", "unix://relative", "tcp://", "http://host", "host:1234", "tcp://a b"})
    void refusesTheRest(String text) {
        assertThatThrownBy(() -> BuildKitAddress.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("BuildKit address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh://root@host", "kube-pod://pod?namespace=n", "npipe:////./pipe/buildkitd"})
    void namesWhatIsSupportedInPlaceOfWhatIsNot(String text) {
        assertThatThrownBy(() -> BuildKitAddress.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(text)
                .hasMessageContaining("unix:///")
                .hasMessageContaining("docker-container://NAME");
    }

    @Test
    void tlsOfAnEngineIsNotGivenHere() {
        assertThatThrownBy(() ->
                        BuildKitAddress.parse("docker:tcp://engine.example.com").tls(BuildKitTls.systemTrust()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("DockerHost");
    }

    @Test
    void keysNeverShowInMessages() {
        String secret = "MC4CAQAwBQYDK2VwBCIEIJ";
        byte[] key = ("-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> BuildKitTls.systemTrust().identity(key, key))
                .isInstanceOf(InvalidRequestException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(secret));
    }
}
