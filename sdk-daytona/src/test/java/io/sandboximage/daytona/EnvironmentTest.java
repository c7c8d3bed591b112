package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    private final DaytonaEmulator emulator = DaytonaEmulator.start();

    @TempDir
    Path home;

    @AfterEach
    void close() {
        emulator.close();
    }

    @Test
    void takesKeyAddressAndRegionFromVariables() {
        Map<String, String> variables = variables();
        variables.put("DAYTONA_API_KEY", "dtn_test");
        variables.put("DAYTONA_TARGET", "eu");

        try (DaytonaClient client = client(variables)) {
            assertThat(client.registries().list()).isEmpty();
            assertThat(client.region()).contains("eu");
        }
    }

    @Test
    void takesAUsersTokenFromVariables() {
        Map<String, String> variables = variables();
        variables.put("DAYTONA_JWT_TOKEN", "jwt-test");
        assertThatThrownBy(() -> client(variables))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("DAYTONA_ORGANIZATION_ID");

        variables.put("DAYTONA_ORGANIZATION_ID", DaytonaEmulator.ORGANIZATION);
        try (DaytonaClient client = client(variables)) {
            assertThat(client.registries().list()).isEmpty();
        }
    }

    @Test
    void takesTheActiveProfileOfTheCommandLine() throws IOException {
        profile("""
                {"activeProfile": "two", "profiles": [
                  {"id": "one", "api": {"url": "https://example.invalid/api", "key": "wrong"}},
                  {"id": "two", "api": {"url": "%s", "key": null, "token": {"accessToken": "jwt-test",
                    "expiresAt": "2999-01-01T00:00:00Z"}}, "activeOrganizationId": "%s"}]}
                """.formatted(emulator.url(), DaytonaEmulator.ORGANIZATION));

        try (DaytonaClient client = client(Map.of("DAYTONA_CONFIG_DIR", home.toString()))) {
            assertThat(client.registries().list()).isEmpty();
        }
    }

    @Test
    void aProfileThatHasExpiredOrIsBrokenIsTold() throws IOException {
        profile("{\"profiles\": [{\"id\": \"one\", \"api\": {\"url\": \"" + emulator.url()
                + "\", \"token\": {\"accessToken\": \"t\", \"expiresAt\": \"2001-01-01T00:00:00Z\"}}}]}");
        assertThatThrownBy(() -> client(Map.of("DAYTONA_CONFIG_DIR", home.toString())))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("has expired");

        profile("{\"profiles\": [");
        assertThatThrownBy(() -> client(Map.of("DAYTONA_CONFIG_DIR", home.toString())))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("config.json");
    }

    @Test
    void aKeyFromAVariableIsNotSentToTheAddressOfAProfile() throws IOException {
        profile(
                "{\"profiles\": [{\"id\": \"one\", \"api\": {\"url\": \"http://elsewhere.invalid/api\", \"key\": \"k\"}}]}");

        // The cloud's address: plain http to another host would be refused.
        try (DaytonaClient client =
                client(Map.of("DAYTONA_CONFIG_DIR", home.toString(), "DAYTONA_API_KEY", "dtn_test"))) {
            assertThat(client.region()).isEmpty();
        }
    }

    @Test
    void noAccessIsTold() {
        assertThatThrownBy(() -> client(Map.of("DAYTONA_CONFIG_DIR", home.toString())))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("DAYTONA_API_KEY");
    }

    @Test
    void theKeyIsNotShownToTheNetwork() {
        assertThatThrownBy(() -> DaytonaClient.builder()
                        .apiKey("dtn_test")
                        .baseUrl(URI.create("http://daytona.example.com/api"))
                        .build())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("clear text");
    }

    private Map<String, String> variables() {
        return new HashMap<>(
                Map.of("DAYTONA_API_URL", emulator.url().toString(), "DAYTONA_CONFIG_DIR", home.toString()));
    }

    private void profile(String json) throws IOException {
        Files.writeString(home.resolve("config.json"), json);
    }

    private DaytonaClient client(Map<String, String> variables) {
        return DaytonaClient.builder().environment(variables, home).build();
    }
}
