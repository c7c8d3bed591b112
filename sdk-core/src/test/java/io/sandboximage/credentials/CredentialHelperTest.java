package io.sandboximage.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the helpers of this test are shell scripts")
class CredentialHelperTest {
    @TempDir
    private Path directory;

    @Test
    void asksForTheServer() throws Exception {
        helper(
                "read server; [ \"$1\" = get ] && echo \"{\\\"Username\\\":\\\"u\\\",\\\"Secret\\\":\\\"for $server\\\"}\"");

        assertThat(get(Duration.ofSeconds(20))).contains(Credentials.basic("u", "for ghcr.io"));
    }

    @Test
    void knowsIdentityTokens() throws Exception {
        helper("cat >/dev/null; echo '{\"ServerURL\":\"x\",\"Username\":\"<token>\",\"Secret\":\"t\"}'");

        assertThat(get(Duration.ofSeconds(20))).contains(Credentials.identityToken("t"));
    }

    @Test
    void knowsNothingWhereTheHelperKnowsNothing() throws Exception {
        helper("cat >/dev/null; echo 'credentials not found in native keychain'; exit 1");

        assertThat(get(Duration.ofSeconds(20))).isEmpty();
    }

    @Test
    void doesNotQuoteAHelperThatFails() throws Exception {
        helper("echo hunter2; echo hunter2 >&2; exit 3");

        assertThatThrownBy(() -> get(Duration.ofSeconds(20)))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("docker-credential-fake")
                .hasMessageContaining("status 3")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void doesNotQuoteAnAnswerThatIsNotJson() throws Exception {
        helper("cat >/dev/null; echo hunter2");

        assertThatThrownBy(() -> get(Duration.ofSeconds(20)))
                .isInstanceOf(AuthenticationException.class)
                .hasNoCause()
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void stopsAHelperThatHangs() throws Exception {
        helper("cat >/dev/null; exec sleep 600");

        assertThatThrownBy(() -> get(Duration.ofMillis(200)))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("no answer");
    }

    @Test
    void endsWhenInterrupted() throws Exception {
        helper("exec sleep 600");
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> get(Duration.ofSeconds(20))).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void tellsThatAHelperIsMissing() {
        assertThatThrownBy(() -> get(Duration.ofSeconds(20)))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("no such program on the PATH");
    }

    @Test
    void runsNothingOutsideThePath() {
        assertThatThrownBy(() -> new CredentialHelper("../../bin/sh", Map.of(), Duration.ofSeconds(1)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void isAskedThroughTheConfiguration() throws Exception {
        helper("read server; echo \"{\\\"Username\\\":\\\"u\\\",\\\"Secret\\\":\\\"for $server\\\"}\"");

        assertThat(config("{'credsStore':'fake'}").find("docker.io"))
                .contains(Credentials.basic("u", "for https://index.docker.io/v1/"));
        assertThat(config("{'credHelpers':{'ghcr.io':'fake'},'credsStore':'missing'}")
                        .find("ghcr.io"))
                .contains(Credentials.basic("u", "for ghcr.io"));
    }

    @Test
    void fallsBackToTheFileWhereTheStoreKnowsNothing() throws Exception {
        helper("cat >/dev/null; echo 'credentials not found in native keychain'; exit 1");

        assertThat(config("{'credsStore':'fake','auths':{'ghcr.io':{'username':'u','password':'p'}}}")
                        .find("ghcr.io"))
                .contains(Credentials.basic("u", "p"));
    }

    private DockerConfig config(String json) {
        return DockerConfig.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "test file", environment());
    }

    private Optional<Credentials> get(Duration timeout) {
        return new CredentialHelper("fake", environment(), timeout).get("ghcr.io");
    }

    private Map<String, String> environment() {
        return Map.of("PATH", directory + ":/usr/bin:/bin");
    }

    private void helper(String script) throws IOException {
        Path program = directory.resolve("docker-credential-fake");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
