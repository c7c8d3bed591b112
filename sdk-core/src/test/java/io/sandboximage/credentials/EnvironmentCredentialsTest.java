package io.sandboximage.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentCredentialsTest {
    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path home;

    @Test
    void knowsNothingOnABareMachine() {
        assertThat(find()).isEmpty();
    }

    @Test
    void readsDockersFile() throws Exception {
        write(home.resolve(".docker/config.json"), "docker");

        assertThat(find()).contains(Credentials.basic("docker", "p"));
    }

    @Test
    void readsPodmansFiles() throws Exception {
        write(home.resolve(".config/containers/auth.json"), "config");
        assertThat(find()).contains(Credentials.basic("config", "p"));

        write(home.resolve("run/containers/auth.json"), "runtime");
        environment.put("XDG_RUNTIME_DIR", home.resolve("run").toString());
        assertThat(find()).contains(Credentials.basic("runtime", "p"));
    }

    @Test
    void prefersWhatIsNearer() throws Exception {
        write(home.resolve(".docker/config.json"), "home");
        write(home.resolve("elsewhere/config.json"), "elsewhere");
        environment.put("DOCKER_CONFIG", home.resolve("elsewhere").toString());
        assertThat(find()).contains(Credentials.basic("elsewhere", "p"));

        write(home.resolve("auth.json"), "authfile");
        environment.put("REGISTRY_AUTH_FILE", home.resolve("auth.json").toString());
        assertThat(find()).contains(Credentials.basic("authfile", "p"));

        environment.put("DOCKER_AUTH_CONFIG", json("inline"));
        assertThat(find()).contains(Credentials.basic("inline", "p"));

        environment.put("SANDBOX_IMAGE_REGISTRY", "ghcr.io");
        environment.put("SANDBOX_IMAGE_REGISTRY_USERNAME", "variable");
        environment.put("SANDBOX_IMAGE_REGISTRY_PASSWORD", "p");
        assertThat(find()).contains(Credentials.basic("variable", "p"));
    }

    @Test
    void givesVariablesToTheirRegistryAlone() {
        environment.put("SANDBOX_IMAGE_REGISTRY", "quay.io");
        environment.put("SANDBOX_IMAGE_REGISTRY_USERNAME", "variable");
        environment.put("SANDBOX_IMAGE_REGISTRY_PASSWORD", "p");

        assertThat(find()).isEmpty();
    }

    @Test
    void tellsWhatIsMissing() {
        environment.put("SANDBOX_IMAGE_REGISTRY", "ghcr.io");
        assertThatThrownBy(this::find)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("SANDBOX_IMAGE_REGISTRY_PASSWORD");

        environment.clear();
        environment.put("REGISTRY_AUTH_FILE", home.resolve("missing").toString());
        assertThatThrownBy(this::find)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void chainsProviders() {
        CredentialProvider chain = CredentialProvider.chain(List.of(
                CredentialProvider.none(),
                CredentialProvider.of("quay.io", Credentials.bearer("q")),
                CredentialProvider.of("https://index.docker.io/v1/", Credentials.bearer("hub"))));

        assertThat(chain.find("docker.io")).contains(Credentials.bearer("hub"));
        assertThat(chain.or(host -> Optional.of(Credentials.anonymous())).find("ghcr.io"))
                .contains(Credentials.anonymous());
    }

    private Optional<Credentials> find() {
        return CredentialProvider.fromEnvironment(environment, home).find("ghcr.io");
    }

    private static void write(Path file, String user) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, json(user));
    }

    private static String json(String user) {
        return "{\"auths\":{\"ghcr.io\":{\"username\":\"" + user + "\",\"password\":\"p\"}}}";
    }
}
