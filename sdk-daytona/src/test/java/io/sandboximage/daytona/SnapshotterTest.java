package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.PipelineResult;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.Snapshot;
import io.sandboximage.daytona.snapshot.PreflightReport;
import io.sandboximage.daytona.snapshot.PreflightReport.Kind;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.CommandAnswer;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotterTest {
    private final DaytonaEmulator emulator = DaytonaEmulator.builder()
            .limit("cpu", 4)
            .limit("memory", 8)
            .limit("disk", 10)
            .limit("snapshots", 5)
            .start();
    private final DaytonaClient client = EmulatedDaytona.client(emulator);

    @AfterEach
    void close() {
        client.close();
        emulator.close();
    }

    @Test
    void aPipelineMakesTestsAndReusesASnapshot() {
        ImageSource image = TestImages.layers(2, "pipeline");
        emulator.commands(command -> new CommandAnswer(0, "fine"));
        SandboxImagePipeline pipeline = SandboxImagePipeline.builder()
                .from(image)
                .snapshot(SnapshotSmokeTest.after(
                                DaytonaSnapshotter.with(client)
                                        .name("{team}-{digest}")
                                        .variable("team", "acme"),
                                client)
                        .expect("true", "fine"))
                .build();

        PipelineResult first = pipeline.run();
        Snapshot made = first.snapshot(DaytonaSnapshotter.KIND).orElseThrow();
        Snapshot again = pipeline.run().snapshots().get(0);

        String digest = image.descriptor().digest().hex().substring(0, 12);
        assertThat(made.reference()).isEqualTo("acme-" + digest);
        assertThat(made.properties())
                .containsEntry("state", "active")
                .containsEntry("blobsCopied", "3")
                .containsKey("snapshotId");
        assertThat(made.reused()).isFalse();
        assertThat(again.reused()).isTrue();
        assertThat(client.snapshots().get(made.reference()).resources().toString())
                .isEqualTo("2 CPU, 4 GB memory, 10 GB disk");
        assertThat(emulator.sandboxes()).isEmpty();
    }

    @Test
    void oldOnesGo() {
        DaytonaSnapshotter snapshotter =
                DaytonaSnapshotter.with(client).name("app-{digest}").keepNewest(2);
        for (int i = 0; i < 4; i++) {
            snapshotter.snapshot(TestImages.layers(1, "version " + i), ProgressTask.silent());
        }

        assertThat(emulator.snapshots())
                .filteredOn(name -> emulator.state(name).orElse("").equals("active"))
                .hasSize(2);
    }

    @Test
    void replacesVersions() {
        DaytonaSnapshotter snapshotter =
                DaytonaSnapshotter.with(client).name("app").replacing(Retention.newest(1));

        Snapshot one = snapshotter.snapshot(TestImages.layers(1, "one"), ProgressTask.silent());
        Snapshot two = snapshotter.snapshot(TestImages.layers(1, "two"), ProgressTask.silent());

        assertThat(two.properties()).containsEntry("removed", one.reference());
        assertThat(client.snapshots().current("app").map(s -> s.name())).contains(two.reference());
    }

    @Test
    void aCleanupThatWouldTakeAllIsRefused() {
        assertThatThrownBy(
                        () -> DaytonaSnapshotter.with(client).name("{digest}").keepNewest(1))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> DaytonaSnapshotter.with(client)
                        .name("app-{unknown}")
                        .snapshot(TestImages.layers(1, "x"), ProgressTask.silent()))
                .hasMessageContaining("{unknown}");
    }

    @Test
    void aPreflightReportsEverythingAtOnce() {
        try (DaytonaEmulator strict =
                        DaytonaEmulator.builder().without("write:snapshots").start();
                DaytonaClient weak = EmulatedDaytona.client(strict)) {
            SnapshotSpec spec = SnapshotSpec.local("bad name", TestImages.layers(Platform.LINUX_ARM64, 1, "arm"));

            PreflightReport report = weak.preflight().check(spec, true);

            assertThat(report.problems())
                    .extracting(PreflightReport.Problem::kind)
                    .containsExactly(Kind.REQUEST, Kind.PERMISSION, Kind.PLATFORM);
            assertThatThrownBy(report::orThrow)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("the name may have")
                    .hasMessageContaining("write:snapshots")
                    .hasMessageContaining("linux/arm64");
            assertThatThrownBy(() -> weak.preflight()
                            .check(SnapshotSpec.image("app", "ghcr.io/a/b:1"))
                            .orThrow())
                    .isInstanceOf(AccessDeniedException.class);
        }
    }

    @Test
    void aPreflightWithAUsersTokenChecksQuotas() {
        try (DaytonaClient user = EmulatedDaytona.builder(emulator)
                .jwt("jwt-test", DaytonaEmulator.ORGANIZATION)
                .build()) {
            PreflightReport report = user.preflight()
                    .check(SnapshotSpec.image("app", "ghcr.io/a/b:1").resources(16, 64, 100));

            assertThat(report.problems())
                    .extracting(PreflightReport.Problem::text)
                    .anySatisfy(text -> assertThat(text).contains("16 CPU are more than the 4"))
                    .anySatisfy(text -> assertThat(text).contains("64 GB of memory are more than the 8"))
                    .anySatisfy(text -> assertThat(text).contains("100 GB of disk are more than the 10"));
        }
    }

    @Test
    void aFullQuotaIsInTheWayOfNewSnapshotsOnly() {
        for (int i = 0; i < 5; i++) {
            client.snapshots().create(SnapshotSpec.image("app-" + i, "ghcr.io/a/b:1"), ProgressTask.silent());
        }
        try (DaytonaClient user = EmulatedDaytona.builder(emulator)
                .jwt("jwt-test", DaytonaEmulator.ORGANIZATION)
                .build()) {
            PreflightReport another = user.preflight().check(SnapshotSpec.image("app-5", "ghcr.io/a/b:1"));
            PreflightReport again = user.preflight().check(SnapshotSpec.image("app-4", "ghcr.io/a/b:1"));

            assertThat(another.problems())
                    .extracting(PreflightReport.Problem::kind)
                    .containsExactly(Kind.QUOTA);
            assertThat(again.passed()).isTrue();
        }
    }

    @Test
    void nothingIsSentWhereThePreflightFails() {
        assertThatThrownBy(() -> DaytonaSnapshotter.with(client)
                        .entrypoint(List.of("/x"))
                        .snapshot(TestImages.layers(Platform.LINUX_ARM64, 1, "arm"), ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(emulator.robots().made()).isEqualTo(1); // The runner's own.
    }
}
