package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.examples.TestImages;
import io.sandboximage.registry.server.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    @TempDir
    static Path images;

    @TempDir
    Path dir;

    private static String image;

    @BeforeAll
    static void makeImage() {
        TestImages.write(images.resolve("layout"));
        image = "oci:" + images.resolve("layout") + ":v1";
    }

    @Test
    void copyMovesBlobsOnceAndSkipsThemThen() {
        CommandRun first = CommandRun.of("copy", image, "oci:" + dir.resolve("out") + ":x", "--json");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out()).contains("\"blobsCopied\": 3", "\"blobsSkipped\": 0", "\"digest\": \"sha256:");

        CommandRun second = CommandRun.of("copy", image, "oci:" + dir.resolve("out") + ":x");
        assertThat(second.code()).isZero();
        assertThat(second.out()).contains(": 0 blobs copied");
    }

    @Test
    void ext4ComesFromARegistryWithCredentials() {
        try (RegistryServer server =
                RegistryServer.builder().basicAuth("me", "secret").start()) {
            String remote = server.address() + "/acme/app:v1";
            CommandRun push = CommandRun.of("copy", image, remote, "--dest-creds", "me:secret");
            assertThat(push.code()).as(push.err()).isZero();

            String out = dir.resolve("out.ext4").toString();
            CommandRun refused = CommandRun.of("ext4", remote, "-o", out, "--creds", "me:wrong", "--json");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.out()).contains("\"kind\": \"authentication\"");
            assertThat(refused.err() + refused.out()).doesNotContain("wrong\"", "me:wrong");
            assertThat(dir).isEmptyDirectory();

            CommandRun made = CommandRun.of("ext4", "docker://" + remote, "-o", out, "--creds", "me:secret");
            assertThat(made.code()).as(made.err()).isZero();
            assertThat(made.out()).startsWith(out + " written: ");
        }
    }

    @Test
    void ext4TellsWhatItMadeAndReusesIt() {
        String out = dir.resolve("out.ext4").toString();
        String[] line = {
            "ext4",
            image,
            "-o",
            out,
            "--json",
            "--label",
            "sandbox",
            "--uuid",
            "0b8a2c1e-5f3d-4e6a-9c7b-1d2e3f405162",
            "--size",
            "64MiB"
        };

        CommandRun first = CommandRun.of(line);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out())
                .contains("\"digest\": \"sha256:", "\"sizeBytes\": 67108864", "\"reused\": false", "\"sha256\": \"")
                .contains("\"cacheHits\": ", "\"totalMillis\": ");
        assertThat(CommandRun.of(line).out()).contains("\"reused\": true");

        CommandRun inspected = CommandRun.of("inspect", out);
        assertThat(inspected.out())
                .contains("0b8a2c1e-5f3d-4e6a-9c7b-1d2e3f405162", "sandbox", "64 MiB", "has_journal", "clean")
                .containsPattern("-rwsr-xr-x +0:0 +21 +1970-01-01T00:00:00Z +/bin/app\n")
                .contains("/bin/alias -> app\n");
        assertThat(CommandRun.of("inspect", out, "--json").out())
                .contains("\"label\": \"sandbox\"", "\"path\": \"/etc/motd\"", "\"mode\": \"4755\"");
    }

    @Test
    void ext4WithSizesAndAddedFiles() throws IOException {
        String out = dir.resolve("out.ext4").toString();
        Path init = Files.writeString(dir.resolve("init"), "#!/bin/sh");
        Path keys = Files.createDirectory(dir.resolve("keys"));
        Files.writeString(keys.resolve("id"), "key");
        String[] line = {
            "ext4",
            image,
            "-o",
            out,
            "--min-size=48MiB",
            "--free=1MiB",
            "--inodes=4096",
            "--add",
            init + ":/sbin/init:755:3:4",
            "--add",
            keys + ":/home/dev/.ssh::1000:1001"
        };
        CommandRun made = CommandRun.of(line);
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(CommandRun.of("inspect", out).out())
                .contains("48 MiB", "4096, ")
                .containsPattern("-rwxr-xr-x +3:4 +9 .*/sbin/init\n")
                .containsPattern("1000:1001 +3 .*/home/dev/.ssh/id\n");

        CommandRun wrong = CommandRun.of("ext4", image, "-o", out, "--add", keys + ":/etc:755");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("gives a mode to a folder");
        assertThat(CommandRun.of("ext4", image, "-o", out, "--add", "nothing").err())
                .contains("should look like SRC:/DST");
    }

    @Test
    void ext4WithoutJournalAndWithCache() {
        String out = dir.resolve("out.ext4").toString();
        String cache = dir.resolve("cache").toString();
        assertThat(CommandRun.of("ext4", image, "-o", out, "--no-journal", "--cache-dir", cache)
                        .code())
                .isZero();
        assertThat(CommandRun.of("inspect", out).out()).doesNotContain("has_journal");

        String again = dir.resolve("again.ext4").toString();
        CommandRun cached = CommandRun.of(
                "ext4", image, "-o", again, "--cache-dir", cache, "--cache-size", "1GiB", "--json", "--no-sha256");
        assertThat(cached.code()).as(cached.err()).isZero();
        assertThat(cached.out()).containsPattern("\"layersReused\": [1-9]").doesNotContain("\"sha256\"");
    }

    @Test
    void sizeThatIsTooSmallIsAnErrorThatLeavesNothing() throws IOException {
        String out = dir.resolve("out.ext4").toString();
        CommandRun run = CommandRun.of("ext4", image, "-o", out, "--size", "1MiB", "--progress", "quiet");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().startsWith("sandbox-image: ");
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void archivesAreWrittenAndRead() {
        String oci = "oci-archive:" + dir.resolve("oci.tar") + ":v1";
        String docker = "docker-archive:" + dir.resolve("docker.tar") + ":acme/app:v1";
        assertThat(CommandRun.of("copy", image, oci).code()).isZero();
        CommandRun run = CommandRun.of("copy", oci, docker);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(CommandRun.of("inspect", docker).out()).contains("[/bin/app]");
    }

    @Test
    void platformThatTheImageLacksIsNamedWithThoseThatThereAre() {
        CommandRun run = CommandRun.of("inspect", image, "--platform", "linux/s390x");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("linux/s390x", "its only platform is linux/");
    }

    @Test
    void inspectShowsManifestConfigAndLayers() {
        CommandRun text = CommandRun.of("inspect", image);
        assertThat(text.out())
                .containsPattern("digest +sha256:")
                .containsPattern("entrypoint +\\[/bin/app]")
                .containsPattern("env +LANG=C.UTF-8")
                .containsPattern("layer +sha256:");
        CommandRun json = CommandRun.of("inspect", image, "--json");
        assertThat(json.out()).contains("\"diffId\": \"sha256:", "\"entrypoint\": [", "\"layersSizeBytes\": ");
    }

    @Test
    void quickstartShowsTheWholeChain() {
        CommandRun run = CommandRun.of("quickstart", "--dir", dir.resolve("q").toString(), "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"differences\": 0", "quickstart.ext4", "\"steps\": [");
        assertThat(dir.resolve("q/quickstart.ext4")).exists();

        CommandRun text = CommandRun.of("quickstart");
        assertThat(text.out()).contains("pull it and write an ext4", "It holds exactly what was put in.");
    }
}
