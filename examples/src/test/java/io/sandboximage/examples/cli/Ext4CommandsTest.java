package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.examples.TestImages;
import io.sandboximage.registry.server.RegistryServer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands below {@code ext4}. */
class Ext4CommandsTest {
    @TempDir
    private static Path folder;

    private static String file;

    @BeforeAll
    static void makeFile() {
        TestImages.write(folder.resolve("layout"));
        file = folder.resolve("app.ext4").toString();
        CommandRun made =
                CommandRun.of("ext4", "oci:" + folder.resolve("layout") + ":v1", "-o", file, "--size", "64MiB");
        assertThat(made.code()).as(made.err()).isZero();
    }

    @Test
    void whatIsPushedIsPulledAndReadInParts() {
        try (RegistryServer server =
                RegistryServer.builder().basicAuth("me", "secret").start()) {
            String remote = server.address() + "/acme/app:ext4";
            String pulled = folder.resolve("pulled.ext4").toString();

            CommandRun push = CommandRun.of("ext4", "push", file, remote, "--creds", "me:secret");
            assertThat(push.code()).as(push.err()).isZero();
            assertThat(push.out()).contains("chunks uploaded (", "sha256:");
            assertThat(CommandRun.of("ext4", "push", file, remote, "--creds", "me:secret", "--json")
                            .out())
                    .contains("\"chunksUploaded\": 0");
            CommandRun pull = CommandRun.of("ext4", "pull", remote, "-o", pulled, "--creds", "me:secret");
            assertThat(pull.code()).as(pull.err()).isZero();
            assertThat(Path.of(pulled)).hasSameBinaryContentAs(Path.of(file));
            CommandRun list = CommandRun.of("ext4", "ls", remote, "/bin", "--creds", "me:secret");
            assertThat(list.out()).contains("/bin/app", "/bin/alias -> app").doesNotContain("/etc/motd");
            CommandRun diff = CommandRun.of("ext4", "diff", file, remote, "--creds", "me:secret");
            assertThat(diff.code()).as(diff.err()).isZero();
            assertThat(diff.out()).isEmpty();
        }
    }

    @Test
    void filesAreListedShownAndExtracted() {
        assertThat(CommandRun.of("ext4", "ls", file).out())
                .contains("/bin", "/etc")
                .doesNotContain("/etc/motd");
        assertThat(CommandRun.of("ext4", "ls", file, "-R", "--json").out()).contains("\"path\": \"/etc/motd\"");
        String extracted = folder.resolve("extracted").toString();
        CommandRun extract = CommandRun.of("ext4", "extract", file, "-o", extracted);
        assertThat(extract.code()).as(extract.err()).isZero();
        assertThat(Path.of(extracted, "etc", "motd"))
                .content()
                .isEqualTo(CommandRun.of("ext4", "cat", file, "/etc/motd").out());
        CommandRun missing = CommandRun.of("ext4", "cat", file, "/no/such");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("has no /no/such");
        assertThat(CommandRun.of("ext4", "cat", file, "/etc").err()).contains("is a directory, not a file");
    }

    @Test
    void compressedFilesAndHashTreesAreMade() {
        String compressed = folder.resolve("app.ext4.zst").toString();
        CommandRun made = CommandRun.of(
                "ext4",
                "oci:" + folder.resolve("layout") + ":v1",
                "-o",
                compressed,
                "--size",
                "64MiB",
                "--json",
                "--verity");
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.out()).contains("\"rootHash\": \"", "\"hashOffset\": 67108864");
        assertThat(Path.of(compressed).toFile().length()).isLessThan(4_000_000);
        assertThat(CommandRun.of("ext4", "cat", compressed, "/etc/motd").out())
                .isEqualTo(CommandRun.of("ext4", "cat", file, "/etc/motd").out());
        assertThat(CommandRun.of("ext4", "diff", file, compressed, "--contents").out())
                .isEmpty();
    }
}
