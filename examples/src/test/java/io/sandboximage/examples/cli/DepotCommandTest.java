package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.examples.TestImages;
import io.sandboximage.image.Digest;
import io.sandboximage.registry.server.RegistryServer;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotEmulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DepotCommandTest {
    private final DepotEmulator emulator = DepotEmulator.start()
            .token("hush")
            .project("prj1", "demo")
            .registry(new DepotBackingRegistry("registry.example.com", "x-token", "pull-token"));

    @TempDir
    Path dir;

    @AfterEach
    void close() {
        emulator.close();
    }

    @Test
    void logsInAndOut() {
        Map<String, String> environment = Map.of(
                "DEPOT_API_URL",
                emulator.url().toString(),
                "XDG_CONFIG_HOME",
                dir.resolve("config").toString());
        CommandRun login = CommandRun.in(environment, "depot", "login", "--org-id", "org1");
        assertThat(login.code()).as(login.err()).isZero();
        assertThat(login.err()).contains("/authenticate/").doesNotContain("user-token");
        assertThat(dir.resolve("config/depot/depot.yaml")).content().contains("user-token-of-", "org1");
        assertThat(CommandRun.in(environment, "depot", "login").out()).contains("already");
        assertThat(CommandRun.in(environment, "depot", "project", "list").out()).contains("demo");
        assertThat(CommandRun.in(environment, "depot", "logout").code()).isZero();
        assertThat(dir.resolve("config/depot/depot.yaml")).content().doesNotContain("user-token-of-");
    }

    @Test
    void writesDownAFoldersProject() {
        assertThat(run("init", dir.toString(), "--project", "prj1").out()).contains("depot.json");
        assertThat(dir.resolve("depot.json")).hasContent("{\"id\":\"prj1\"}");
        assertThat(run("init", dir.toString(), "--project", "prj2").err()).contains("--force");
        assertThat(run("init", dir.toString(), "--project", "prj2", "--force").code())
                .isZero();
        assertThat(dir.resolve("depot.json")).content().contains("prj2");
    }

    @Test
    void managesProjects() {
        CommandRun created = run("project", "create", "fresh", "--cache-days", "3", "--json");
        assertThat(created.code()).as(created.err()).isZero();
        assertThat(created.out()).contains("\"name\": \"fresh\"", "\"cacheDays\": 3", "\"cacheGb\": 50");
        String id = created.out().replaceAll("(?s).*\"id\": \"([^\"]+)\".*", "$1");

        assertThat(run("project", "update", id, "--cache-gb", "9").out())
                .isEqualTo(id + " fresh, us-east-1, cache 9 GB for 3 days\n");
        assertThat(run("project", "list").out()).contains("demo", "fresh", "Acme");
        assertThat(run("project", "reset-cache").out()).isEqualTo("the cache of prj1 is empty\n");
        assertThat(run("project", "delete", id).err()).contains("Say --yes");
        assertThat(run("project", "delete", id, "--yes").out()).isEqualTo(id + " deleted\n");
        CommandRun gone = run("project", "get", id, "--json");
        assertThat(gone.code()).isEqualTo(1);
        assertThat(gone.out()).contains("\"kind\": \"not-found\"", "Project not found");
    }

    @Test
    void managesWhoMayBuild() {
        CommandRun trust = run("trust", "add", "github", "acme/app", "--json");
        assertThat(trust.out()).contains("\"pipeline\": \"github acme/app\"");
        String policy = trust.out().replaceAll("(?s).*\"id\": \"([^\"]+)\".*", "$1");
        assertThat(run("trust", "list").out()).contains("github acme/app");
        assertThat(run("trust", "remove", policy).code()).isZero();
        assertThat(run("trust", "add", "github", "acme").err()).contains("write OWNER/NAME");
        assertThat(run("trust", "add", "jenkins", "acme/app").code()).isEqualTo(2);

        assertThat(run("token", "create", "ci").out()).startsWith("secret-of-tok");
        assertThat(run("token", "list").out()).contains("ci").doesNotContain("secret-of");
    }

    @Test
    void showsAndDeletesImages() {
        Digest digest = Digest.sha256("1".getBytes(StandardCharsets.UTF_8));
        emulator.image("prj1", "old", digest, 10, Instant.EPOCH)
                .image("prj1", "new", digest, 10, Instant.EPOCH.plusSeconds(1));
        assertThat(run("image", "list").out()).matches("(?s)TAG.*new.*old.*");
        assertThat(run("image", "delete", "old").out()).isEqualTo("old deleted\n");
        assertThat(run("image", "list", "--json").out())
                .contains("\"tag\": \"new\"")
                .doesNotContain("\"old\"");
        assertThat(run("pull-token").out()).isEqualTo("pull-token\n");

        assertThat(run("repository", "list").out()).contains("prj1");
        assertThat(run("repository", "images", "prj1", "--json").out()).contains("\"new\"");
        assertThat(run("repository", "retention", "prj1").out()).isEqualTo("as usual\n");
        assertThat(run("repository", "retention", "prj1", "--keep-tags", "5").out())
                .isEqualTo("{enabled=true, keepTags=5}\n");
        assertThat(run("repository", "retention", "prj1", "--default", "--keep-tags", "5")
                        .code())
                .isEqualTo(1);
    }

    @Test
    void pushesServerToServerAndPullsToAnyPlace() {
        TestImages.write(dir.resolve("layout"));
        try (RegistryServer depots = RegistryServer.builder()
                        .basicAuth("x-token", "pull-token")
                        .start();
                RegistryServer others =
                        RegistryServer.builder().basicAuth("me", "hush-hush").start()) {
            emulator.registry(new DepotBackingRegistry(depots.address(), "x-token", "pull-token"));
            String build = emulator.savedBuild("prj1");
            CommandRun saved = CommandRun.of(
                    "copy",
                    "oci:" + dir.resolve("layout") + ":v1",
                    depots.address() + "/prj1:" + build,
                    "--dest-creds",
                    "x-token:pull-token");
            assertThat(saved.code()).as(saved.err()).isZero();

            String tag = others.address() + "/acme/app:1";
            String[] push = {
                "push",
                build,
                "-t",
                tag,
                "--dest-creds",
                "me:hush-hush",
                "--blob-url",
                emulator.url().toString()
            };
            CommandRun pushed = run(push);
            assertThat(pushed.code()).as(pushed.err()).isZero();
            assertThat(pushed.out()).startsWith(tag + ": 3 blobs copied by Depot, 0 through here");
            assertThat(run(push).out()).contains("0 blobs copied by Depot");

            CommandRun pulled = run("pull", build, "oci:" + dir.resolve("pulled") + ":v1");
            assertThat(pulled.code()).as(pulled.err()).isZero();
            assertThat(pulled.out()).contains("3 blobs copied");
            assertThat(run("pull", "prj1:" + build, "oci:" + dir.resolve("pulled") + ":v1", "--json")
                            .out())
                    .contains("\"blobsCopied\": 0");
        }
    }

    @Test
    void makesTokensOfTheRegistry() {
        CommandRun made = run("registry-token", "create", "ci", "--repository", "app", "--days", "7", "--json");
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.out()).contains("\"permission\": \"pull\"", "\"secret\": \"registry-secret-of-");
        String id = made.out().replaceAll("(?s).*\"id\": \"([^\"]+)\".*", "$1");
        assertThat(run("registry-token", "revoke", id).out()).isEqualTo(id + " revoked\n");
        assertThat(run("registry-token", "list").out()).contains("ci").doesNotContain("registry-secret-of");
    }

    @Test
    void overviews() {
        assertThat(run("organizations").out()).contains("org1234567", "Acme");
        assertThat(run("builds", "--json").out()).contains("\"builds\": []");
        assertThat(run("usage", "--json").out()).contains("\"project\": \"prj1\"", "\"storage\"");
    }

    @Test
    void refusesWithoutAToken() {
        CommandRun nobody = CommandRun.in(
                Map.of("DEPOT_API_URL", emulator.url().toString(), "XDG_CONFIG_HOME", dir.toString()),
                "depot",
                "organizations",
                "--json");
        assertThat(nobody.code()).isEqualTo(1);
        assertThat(nobody.out()).contains("\"kind\": \"authentication\"", "DEPOT_TOKEN");
        assertThat(run().code()).isEqualTo(2);
    }

    private CommandRun run(String... args) {
        Map<String, String> environment = new HashMap<>();
        environment.put("DEPOT_TOKEN", "hush");
        environment.put("DEPOT_API_URL", emulator.url().toString());
        environment.put("DEPOT_PROJECT_ID", "prj1");
        environment.put("XDG_CONFIG_HOME", dir.toString());
        List<String> all = new ArrayList<>(List.of(args));
        all.add(0, "depot");
        return CommandRun.in(environment, all.toArray(new String[0]));
    }
}
