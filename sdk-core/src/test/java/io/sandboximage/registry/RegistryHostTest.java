package io.sandboximage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryHostTest {
    @ParameterizedTest
    @CsvSource({
        "docker.io, https://registry-1.docker.io/",
        "ghcr.io, https://ghcr.io/",
        "registry.example.com:8443, https://registry.example.com:8443/",
        "localhost, http://localhost/",
        "localhost:5000, http://localhost:5000/",
        "127.0.0.1:5000, http://127.0.0.1:5000/",
        "127.9.8.7, http://127.9.8.7/",
        "[::1]:5000, http://[::1]:5000/",
        "plain.example.com, http://plain.example.com/",
        "localhost:8443, https://localhost:8443/",
        "localhost.example.com, https://localhost.example.com/",
        "127.0.0.1.example.com, https://127.0.0.1.example.com/",
        "192.168.0.1:5000, https://192.168.0.1:5000/",
    })
    void findsTheApi(String registry, String url) {
        RegistryClientBuilder builder =
                RegistryClient.builder().plainHttp("plain.example.com").https("localhost:8443");

        assertThat(RegistryHost.of(registry, builder.plainHttp()).url().toString())
                .isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a?b", "http://a"})
    void refuses(String registry) {
        assertThatThrownBy(() -> RegistryHost.of(registry, host -> false)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        RegistryClientBuilder builder = RegistryClient.builder();

        assertThatThrownBy(() -> builder.maxAttempts(0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> builder.readTimeout(Duration.ZERO)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> builder.chunkedUploads(0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> builder.trustCertificates(new byte[] {1, 2, 3}))
                .isInstanceOf(InvalidRequestException.class);
    }
}
