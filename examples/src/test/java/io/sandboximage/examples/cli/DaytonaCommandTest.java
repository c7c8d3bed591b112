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
    void goesBackToTheVersionBeforeAndRemovesOldOnes() {
        String first = replaced("1.0");
        String second = replaced("2.0");
        assertThat(run("snapshot", "current", "app").out()).isEqualTo(second + "\n");

        CommandRun back = run("snapshot", "rollback", "app", "--json");

        assertThat(back.code()).as(back.err()).isZero();
        assertThat(back.out()).contains("\"name\": \"" + first + "\"", "\"previous\": \"" + second + "\"");
        assertThat(run("snapshot", "current", "app").out()).isEqualTo(first + "\n");
        assertThat(emulator.state(second)).contains("inactive");
        CommandRun nothing = run("snapshot", "rollback", "app", "--json");
        assertThat(nothing.code()).isEqualTo(1);
        assertThat(nothing.out()).contains("\"kind\": \"not-found\"");

        String third = replaced("3.0");
        assertThat(run("snapshot", "prune", "app--", "--keep", "1").out()).isEqualTo("2 removed\n");
        assertThat(run("snapshot", "current", "app").out()).isEqualTo(third + "\n");
    }

    private String replaced(String tag) {
        CommandRun run = run("snapshot", "replace", "app", "--image", "ghcr.io/acme/app:" + tag);
        assertThat(run.code()).as(run.err()).isZero();
        return run.out().substring(0, run.out().indexOf(' '));
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

    @Test
    void createsShowsUpdatesAndDeletesRegistries() {
        CommandRun made =
                run("registry", "create", "ghcr.io", "--username", "me", "--password-env", "TOKEN", "--name", "cat");
        assertThat(made.out()).as(made.err()).isEqualTo("ghcr.io created\n");
        String id = String.valueOf(emulator.registries().get(0).get("id"));

        assertThat(run("registry", "get", id).out()).contains("name", "cat", "ghcr.io", "me");
        CommandRun updated =
                run("registry", "update", id, "docker.io", "--username", "you", "--project", "p", "--json");
        assertThat(updated.out()).as(updated.err()).contains("\"outcome\": \"updated\"", "\"username\": \"you\"");
        assertThat(run("registry", "get", id, "--json").out())
                .contains("\"url\": \"docker.io\"", "\"project\": \"p\"")
                .doesNotContain("hush");
        assertThat(run("registry", "delete", id).out()).isEqualTo(id + " deleted\n");
        CommandRun gone = run("registry", "get", id, "--json");
        assertThat(gone.code()).isEqualTo(1);
        assertThat(gone.out()).contains("\"kind\": \"not-found\"");
        assertThat(run("registry", "create", "ghcr.io").code()).isEqualTo(2);
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
