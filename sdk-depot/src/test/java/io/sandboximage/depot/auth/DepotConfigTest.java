package io.sandboximage.depot.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DepotConfigTest {
    @TempDir
    Path folder;

    @Test
    void nobodyElseMayReadWhatItKeeps() throws IOException {
        DepotConfig config = DepotConfig.ofUser(Map.of("XDG_CONFIG_HOME", folder.toString()), Path.of("/nowhere"));
        config.apiToken("token");
        config.organization("org");
        assertThat(config.apiToken()).contains("token");
        assertThat(config.organization()).contains("org");
        assertThat(permissions(folder.resolve("depot/depot.yaml"))).isEqualTo("rw-------");
        assertThat(permissions(folder.resolve("depot"))).isEqualTo("rwx------");
    }

    @Test
    void othersEntriesStay() throws IOException {
        Path file = folder.resolve("depot.yaml");
        Files.writeString(file, "telemetry: off\napi_token: \"old\"\n");
        DepotConfig config = DepotConfig.at(file);
        assertThat(config.apiToken()).contains("old");
        config.clear();
        assertThat(Files.readString(file)).contains("telemetry").doesNotContain("old");
    }

    @Test
    void brokenFileIsNotQuoted() throws IOException {
        Path file = folder.resolve("depot.yaml");
        Files.writeString(file, "api_token: [secret");
        assertThatThrownBy(() -> DepotConfig.at(file).apiToken())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("depot.yaml")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void missingFileKnowsNothing() {
        assertThat(DepotConfig.at(folder.resolve("none")).apiToken()).isEmpty();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
