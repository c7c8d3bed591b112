package io.sandboximage.doppler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.PipelineResult;
import io.sandboximage.Snapshot;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.record.Recorders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DopplerTest {
    private static final String TOKEN = "dp.pt.secret-token";
    private static final Descriptor IMAGE = Descriptor.of(MediaTypes.OCI_MANIFEST, new byte[] {1});
    private static final PipelineResult RESULT = new PipelineResult(
            IMAGE,
            List.of(),
            List.of(new Snapshot("daytona", "sandbox-1", IMAGE.digest(), false, Map.of(), Duration.ZERO)),
            Duration.ZERO);

    @StartStop
    public final MockWebServer server = new MockWebServer();

    @TempDir
    Path folder;

    private Path home;
    private Path project;

    @BeforeEach
    void folders() throws IOException {
        home = Files.createDirectories(folder.resolve("home"));
        project = Files.createDirectories(folder.resolve("work/app"));
    }

    @Test
    void secretsAndReferencesAreSetInOneRequest() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .body("{\"secrets\":{},\"success\":true}")
                .build());
        recorder(config())
                .set("DAYTONA_SNAPSHOT_NAME", Recorders.snapshotReference("daytona"))
                .reference("VITE_DAYTONA_SNAPSHOT_NAME", "DAYTONA_SNAPSHOT_NAME")
                .reference("SHARED", "infra.prd.IMAGE")
                .record(RESULT);

        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).startsWith("POST /v3/configs/config/secrets ");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(request.getBody().utf8())
                .isEqualTo("{\"project\":\"app\",\"config\":\"dev\",\"secrets\":{"
                        + "\"DAYTONA_SNAPSHOT_NAME\":\"sandbox-1\","
                        + "\"VITE_DAYTONA_SNAPSHOT_NAME\":\"${DAYTONA_SNAPSHOT_NAME}\","
                        + "\"SHARED\":\"${infra.prd.IMAGE}\"}}");
    }

    @Test
    void serviceTokenStandsForItsConfig() throws Exception {
        server.enqueue(new MockResponse.Builder().body("{}").build());
        recorder(DopplerConfig.ofServiceToken("dp.st.dev.x")).set("A", r -> "b").record(RESULT);
        assertThat(server.takeRequest().getBody().utf8()).isEqualTo("{\"secrets\":{\"A\":\"b\"}}");
    }

    @Test
    void refusalNeitherShowsValuesNorTheToken() {
        server.enqueue(new MockResponse.Builder()
                .code(403)
                .body("{\"messages\":[\"no write for " + TOKEN + ": hidden-value\"],\"success\":false}")
                .build());
        assertThatThrownBy(
                        () -> recorder(config()).set("A", r -> "hidden-value").record(RESULT))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("set the secrets A in Doppler, app/dev")
                .hasMessageContaining("no write for ***: ***")
                .hasMessageNotContaining("hidden-value")
                .hasMessageNotContaining(TOKEN);
        assertThat(config().toString() + recorder(config()).set("A", r -> "hidden-value"))
                .doesNotContain(TOKEN)
                .doesNotContain("hidden-value");
    }

    @Test
    void otherRefusalsSayWhatToDo() {
        server.enqueue(new MockResponse.Builder().code(401).build());
        assertThatThrownBy(() -> recorder(config()).set("A", r -> "b").record(RESULT))
                .isInstanceOf(AuthenticationException.class);
        server.enqueue(new MockResponse.Builder().code(400).body("not json").build());
        assertThatThrownBy(() -> recorder(config()).set("A", r -> "b").record(RESULT))
                .isInstanceOf(InvalidRequestException.class);
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .addHeader("Retry-After", "3600")
                .build());
        assertThatThrownBy(() -> recorder(config()).set("A", r -> "b").record(RESULT))
                .isInstanceOf(RateLimitedException.class);
    }

    @Test
    void requestThatFailsForAMomentIsRepeated() throws Exception {
        server.enqueue(new MockResponse.Builder().code(503).build());
        server.enqueue(new MockResponse.Builder().body("{}").build());
        recorder(config()).set("A", r -> "b").record(RESULT);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void namesAndValuesAreCheckedBeforeAnythingIsSent() {
        DopplerRecorder recorder = recorder(config());
        assertThatThrownBy(() -> recorder.set("lower", r -> "")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> recorder.set("A", r -> "").reference("A", "B")).hasMessageContaining("twice");
        assertThatThrownBy(() -> recorder.reference("A", "a.b.c.D")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> recorder.set("A", r -> "${B}").record(RESULT)).hasMessageContaining("reference");
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void nearestScopeWinsForEachSetting() throws IOException {
        write(home.resolve(".doppler/.doppler.yaml"), """
                scoped:
                  /:
                    token: dp.ct.cli
                    api-host: https://doppler.example.com
                  %s:
                    enclave.project: work
                    enclave.config: dev
                  %s:
                    enclave.config: dev_me
                version-check:
                  latest-version: v3.75.0
                """.formatted(folder.resolve("work"), project));
        DopplerConfig found = DopplerConfig.detect(project, Map.of(), home);
        assertThat(found.token()).isEqualTo("dp.ct.cli");
        assertThat(found.api()).hasHost("doppler.example.com");
        assertThat(found).hasToString("work/dev_me");
        assertThat(DopplerConfig.detect(folder.resolve("work/other"), Map.of(), home))
                .hasToString("work/dev");

        assertThat(DopplerConfig.detect(project, Map.of("DOPPLER_PROJECT", "x", "DOPPLER_CONFIG", "prd"), home))
                .hasToString("x/prd");
        assertThat(DopplerConfig.detect(project, Map.of("DOPPLER_TOKEN", "dp.st.prd.y"), home)
                        .project())
                .as("a service token stands for its own config")
                .isEqualTo(Optional.empty());
    }

    @Test
    void projectsOwnFileIsASuggestion() throws IOException {
        write(folder.resolve("work/doppler.yaml"), "setup:\n  project: suggested\n  config: dev\n");
        Map<String, String> token = Map.of("DOPPLER_TOKEN", TOKEN);
        assertThat(DopplerConfig.detect(project, token, home)).hasToString("suggested/dev");

        write(folder.resolve("work/doppler.yaml"), """
                setup:
                  - project: all
                    config: dev
                  - project: app
                    config: stg
                    path: app/
                  - project: other
                    config: stg
                    path: other/
                """);
        assertThat(DopplerConfig.detect(project, token, home)).hasToString("app/stg");
        assertThat(DopplerConfig.detect(folder.resolve("work"), token, home)).hasToString("all/dev");
    }

    @Test
    void whatIsMissingIsTold() throws IOException {
        assertThatThrownBy(() -> DopplerConfig.detect(project, Map.of(), home))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("DOPPLER_TOKEN");
        assertThatThrownBy(() -> DopplerConfig.detect(project, Map.of("DOPPLER_TOKEN", TOKEN), home))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("doppler setup");
        write(home.resolve(".doppler/.doppler.yaml"), "scoped:\n  /:\n    token: in-the-keyring\n");
        assertThatThrownBy(() -> DopplerConfig.detect(project, Map.of(), home))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("keyring");
        write(home.resolve(".doppler/.doppler.yaml"), "scoped: [" + TOKEN);
        assertThatThrownBy(() -> DopplerConfig.detect(project, Map.of(), home))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageNotContaining(TOKEN);
    }

    private DopplerConfig config() {
        return DopplerConfig.of(TOKEN, "app", "dev");
    }

    private DopplerRecorder recorder(DopplerConfig config) {
        return DopplerRecorder.to(config.withApi(server.url("/").uri()));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
