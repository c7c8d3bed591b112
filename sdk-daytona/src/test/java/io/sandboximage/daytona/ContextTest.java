package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.daytona.snapshot.BuildContext;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot.Outcome;
import io.sandboximage.daytona.snapshot.PreflightReport;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.daytona.snapshot.StoredContext;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextTest {
    private static final ProgressTask SILENT = ProgressTask.silent();

    private final DaytonaEmulator emulator = DaytonaEmulator.start();
    private final DaytonaClient client = EmulatedDaytona.client(emulator);

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("src/deep"));
        Files.writeString(folder.resolve("src/deep/naïve.txt"), "deep");
        Files.writeString(folder.resolve("run.sh"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(folder.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.writeString(folder.resolve("app.log"), "log");
    }

    @AfterEach
    void close() {
        client.close();
        emulator.close();
    }

    @Test
    void aDockerfileAndItsFilesBecomeASnapshot() {
        EnsuredSnapshot made = ensure(BuildContext.of(folder));
        EnsuredSnapshot again = ensure(BuildContext.of(folder));

        DaytonaSnapshot.Build build = made.snapshot().build().orElseThrow();
        assertThat(made.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(build.contextHashes()).hasSize(1);
        assertThat(emulator.uploads())
                .containsExactly(DaytonaEmulator.ORGANIZATION + "/"
                        + build.contextHashes().get(0) + "/context.tar");
        assertThat(again.outcome()).isEqualTo(Outcome.REUSED);
    }

    @Test
    void theArchiveHoldsNamesModesAndContent() throws IOException {
        client.objectStorage().store(BuildContext.of(folder).exclude("*.log"), SILENT);

        byte[] tar = emulator.objects().values().iterator().next();
        Map<String, String> entries = new TreeMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
            TarArchiveEntry entry;
            while ((entry = in.getNextEntry()) != null) {
                entries.put(
                        entry.getName(),
                        Integer.toOctalString(entry.getMode() & 0777) + " " + entry.getLongUserId() + " "
                                + new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertThat(entries)
                .containsOnlyKeys("run.sh", "src/deep/naïve.txt")
                .containsEntry("run.sh", "751 0 #!/bin/sh\n");
    }

    @Test
    void whatIsThereAlreadyIsNotSentAgain() throws IOException {
        StoredContext first = client.objectStorage().store(BuildContext.of(folder), SILENT);
        Files.setLastModifiedTime(folder.resolve("run.sh"), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));

        StoredContext second = client.objectStorage().store(BuildContext.of(folder), SILENT);

        assertThat(first.uploaded()).isTrue();
        assertThat(second.uploaded()).isFalse();
        assertThat(second.hash()).isEqualTo(first.hash());
    }

    @Test
    void changedContentOrModeIsSent() throws IOException {
        String before =
                client.objectStorage().store(BuildContext.of(folder), SILENT).hash();
        Files.setPosixFilePermissions(folder.resolve("run.sh"), PosixFilePermissions.fromString("rw-r--r--"));
        String mode =
                client.objectStorage().store(BuildContext.of(folder), SILENT).hash();
        Files.writeString(folder.resolve("run.sh"), "#!/bin/sh\ntrue\n");
        String content =
                client.objectStorage().store(BuildContext.of(folder), SILENT).hash();

        assertThat(new String[] {before, mode, content}).doesNotHaveDuplicates();
    }

    @Test
    void symbolicLinksAreReportedBeforeAnythingIsSent() throws IOException {
        Files.createSymbolicLink(folder.resolve("src/link"), Path.of("deep/naïve.txt"));

        assertThatThrownBy(() -> client.objectStorage().store(BuildContext.of(folder), SILENT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("1 symbolic links")
                .hasMessageContaining("src/link");
        assertThat(emulator.requests()).isEmpty();
        assertThat(client.objectStorage()
                        .store(BuildContext.of(folder).followingLinks(), SILENT)
                        .uploaded())
                .isTrue();
    }

    @Test
    void theIgnoreFileIsObeyedAndOtherPatternsComeAfterIt() throws IOException {
        Files.createDirectories(folder.resolve("out/keep"));
        Files.writeString(folder.resolve("out/keep/a"), "a");
        Files.writeString(folder.resolve("out/b"), "b");
        Files.createSymbolicLink(folder.resolve("ignored-link"), Path.of("run.sh"));
        Files.writeString(
                folder.resolve(".dockerignore"),
                "\uFEFF# comment\n*.log\n\n/out/\n!out/keep\n**/*-link\nsrc/**/naïve.*\n");

        assertThat(sent(BuildContext.of(folder))).containsExactly(".dockerignore", "out/keep/a", "run.sh");
        assertThat(sent(BuildContext.of(folder)
                        .exclude("!*.log")
                        .exclude("out/**")
                        .exclude("/.dockerignore")))
                .containsExactly("app.log", "run.sh");
        assertThat(sent(BuildContext.of(folder).only("out/b").only("run.sh"))).containsExactly("run.sh");
    }

    @Test
    void theHashTellsWhatIsSentAndNothingElse() throws IOException {
        Files.writeString(folder.resolve(".dockerignore"), "*.log\n.dockerignore\n");
        String before =
                client.objectStorage().store(BuildContext.of(folder), SILENT).hash();
        Files.writeString(folder.resolve("app.log"), "another log");
        Files.writeString(folder.resolve(".dockerignore"), "# the same\n*.log\n.dockerignore\n");

        StoredContext after = client.objectStorage().store(BuildContext.of(folder), SILENT);

        assertThat(after.hash()).isEqualTo(before);
        assertThat(after.uploaded()).isFalse();
    }

    @Test
    void emptyDirectoriesAreToldBeforeAnythingIsSent() throws IOException {
        Files.createDirectories(folder.resolve("cache/empty"));
        Files.createDirectories(folder.resolve("ignored/empty"));
        Files.writeString(folder.resolve(".dockerignore"), "ignored\n");
        SnapshotSpec spec = SnapshotSpec.dockerfile("app", "FROM alpine:3.20\nCOPY run.sh /", BuildContext.of(folder));

        PreflightReport report = client.preflight().check(spec);

        assertThat(report.passed()).isTrue();
        assertThat(report.notes()).anySatisfy(note -> assertThat(note)
                .contains("does not see empty directories: cache/empty")
                .doesNotContain("ignored"));
        assertThat(emulator.uploads()).isEmpty();
    }

    @Test
    void onlyWhatIsNamedIsSent() {
        client.objectStorage().store(BuildContext.of(folder).only("src"), SILENT);

        assertThat(new String(emulator.objects().values().iterator().next(), StandardCharsets.UTF_8))
                .contains("src/deep/naïve.txt")
                .doesNotContain("run.sh");
        assertThatThrownBy(() ->
                        client.objectStorage().store(BuildContext.of(folder).only("../x"), SILENT))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aServerWithoutObjectStorageIsTold() {
        emulator.withoutObjectStorage();

        assertThatThrownBy(() -> client.objectStorage().store(BuildContext.of(folder), SILENT))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("Object storage is not configured");
    }

    /** Names in the archive that was stored last. */
    private List<String> sent(BuildContext context) throws IOException {
        String hash = client.objectStorage().store(context, SILENT).hash();
        byte[] tar = emulator.objects().get(DaytonaEmulator.ORGANIZATION + "/" + hash + "/context.tar");
        List<String> names = new ArrayList<>();
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new ByteArrayInputStream(Objects.requireNonNull(tar)), "UTF-8")) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    private EnsuredSnapshot ensure(BuildContext context) {
        return client.snapshots()
                .ensure(
                        SnapshotSpec.dockerfile("app", "FROM alpine:3.20\nCOPY run.sh /", context),
                        SnapshotWait.DEFAULT,
                        SILENT);
    }
}
