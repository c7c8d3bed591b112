package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.examples.TestImages;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.ScriptedClock;
import io.sandboximage.testkit.daytona.SnapshotFate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaytonaCommandTest {
    private final DaytonaEmulator emulator = DaytonaEmulator.builder()
            .clock(ScriptedClock.startNow())
            .timePerRequest(Duration.ofSeconds(15))
            .start();

    @TempDir
    Path dir;

    @AfterEach
    void close() {
        emulator.close();
    }

    @Test
    void pushesAnImageFromALayoutOnce() {
        TestImages.write(dir.resolve("layout"));
        String image = "oci:" + dir.resolve("layout") + ":v1";

        CommandRun first = run("snapshot", "push", image, "--name", "app", "--json");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out())
                .contains("\"state\": \"active\"", "\"outcome\": \"created\"", "\"blobsCopied\": 3", "\"memoryGb\": 4");

        CommandRun second = run("snapshot", "push", image, "--name", "app");
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.out()).isEqualTo("app active (reused)\n");
    }

    @Test
    void managesSnapshots() throws IOException {
        assertThat(run("snapshot", "create", "one", "--image", "ghcr.io/acme/app:1.0")
                        .code())
                .isZero();
        Path dockerfile = Files.writeString(dir.resolve("Dockerfile"), "FROM alpine:3.20\nCOPY x /");
        Files.writeString(dir.resolve("x"), "x");
        emulator.fate("two", SnapshotFate.active().log("step 1"));
        CommandRun built =
                run("snapshot", "ensure", "two", "--dockerfile", dockerfile.toString(), "--context", dir.toString());
        assertThat(built.code()).as(built.err()).isZero();
        assertThat(built.out()).contains("two active (created)");

        assertThat(run("snapshot", "list").out()).startsWith("NAME ").contains("one", "two");
        assertThat(run("snapshot", "get", "one", "--json").out()).contains("\"image\": \"ghcr.io/acme/app:1.0\"");
        assertThat(run("snapshot", "logs", "two").out()).isEqualTo("step 1\n");
        assertThat(run("snapshot", "deactivate", "one").out()).contains("inactive");
        assertThat(run("snapshot", "delete", "one", "--wait").out()).isEqualTo("one deleted\n");
        assertThat(run("snapshot", "get", "one").code()).isEqualTo(1);
        assertThat(emulator.snapshots()).containsExactly("two");
    }

    @Test
    void replacesVersions() {
        CommandRun first = run("snapshot", "replace", "app", "--image", "ghcr.io/acme/app:1.0", "--keep", "1");
        CommandRun second =
                run("snapshot", "replace", "app", "--image", "ghcr.io/acme/app:2.0", "--keep", "1", "--json");

        assertThat(first.out()).contains("app--").contains("0 removed");
        assertThat(second.out()).contains("\"previous\": \"app--");
    }

    @Test
    void failuresHaveKindsAndExitCodes() {
        CommandRun failed = run("snapshot", "create", "app", "--image", "ghcr.io/acme/app:latest", "--json");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out()).contains("\"kind\": \"invalid-request\"").contains("the tag latest");
        assertThat(run("snapshot", "create", "app").code()).isEqualTo(2);
        CommandRun nobody = CommandRun.in(Map.of("DAYTONA_CONFIG_DIR", dir.toString()), "daytona", "doctor", "--json");
        assertThat(nobody.out()).contains("\"kind\": \"authentication\"");
    }

    @Test
    void knowsRegistriesAndTheDoctorIsContent() {
        assertThat(run("registry", "ensure", "ghcr.io", "--username", "me", "--password-env", "TOKEN")
                        .out())
                .isEqualTo("ghcr.io created\n");
        assertThat(run("registry", "ensure-depot").out()).isEqualTo("registry.depot.dev created\n");
        assertThat(run("registry", "list", "--json").out())
                .contains("ghcr.io", "x-token")
                .doesNotContain("hush");
        String id = String.valueOf(emulator.registries().get(0).get("id"));
        assertThat(run("registry", "delete", id).code()).isZero();

        CommandRun doctor = run("doctor", "--json");
        assertThat(doctor.code()).as(doctor.err()).isZero();
        assertThat(doctor.out()).contains("\"registries\": 1", "write:snapshots", "rate limit authenticated");
    }

    private CommandRun run(String... args) {
        Map<String, String> environment = new HashMap<>();
        environment.put("DAYTONA_API_KEY", "dtn_test");
        environment.put("DAYTONA_API_URL", emulator.url().toString());
        environment.put("TOKEN", "hush");
        environment.put("DEPOT_TOKEN", "hush");
        List<String> all = new ArrayList<>(List.of(args));
        all.add(0, "daytona");
        return CommandRun.in(environment, all.toArray(new String[0]));
    }
}
