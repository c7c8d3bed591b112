package io.sandboximage.depot.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.DataSize;
import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.artifact.DiskPull;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.server.RegistryServer;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotSandboxHost;
import io.sandboximage.testkit.depot.DepotSandboxReport;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.tests.ServedFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The flow with a helper that stands in for Depot's own: what is asked of it, how results are registered, and that nothing stays. */
@RequiresEngine({Engine.BUSYBOX_STATIC, Engine.LOOP_MOUNTS})
class DepotSandboxSnapshotterIT {
    static final String TOKEN = "organization-token";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What Depot's helper is called with, put to the test; the file is no file system. */
    private static final String HELPER = """
        #!/bin/sh
        echo "helper called with $*"
        [ "$1" = pull ] && [ "$3" = --output ] || exit 64
        [ -e /tmp/hang ] && sleep 1000
        [ -e /tmp/fail ] && { echo "no space left" >&2; exit 9; }
        echo "$REGISTRY_USERNAME:$REGISTRY_PASSWORD" > /tmp/login
        echo "content of $2" > "$4"
        """;

    @TempDir
    static Path folder;

    private static DepotSandboxHost host;
    private static DepotEmulator emulator;
    private static RegistryServer registry;
    private static RegistryClient registries;
    private static Path helper;
    private DepotSandboxes sandboxes;
    private ImageSource image;

    @BeforeAll
    static void start() throws IOException {
        host = DepotSandboxHost.busybox(Files.createDirectory(folder.resolve("sandboxes")));
        emulator = DepotEmulator.start().token(TOKEN).sandboxes(host);
        registry = RegistryServer.builder().start();
        registries = RegistryClient.builder().build();
        helper = Files.writeString(folder.resolve("helper"), HELPER);
        registries
                .sink(registry.reference("acme/app", "v1"))
                .write(
                        ImageAssembly.scratch(Platform.LINUX_AMD64)
                                .layer(LayerSpec.empty()
                                        .file("/etc/inside", "yes".getBytes(StandardCharsets.UTF_8), 0644))
                                .produce(ProgressTask.silent()),
                        ProgressTask.silent());
    }

    @AfterAll
    static void stop() {
        registries.close();
        registry.close();
        emulator.close();
        host.close();
    }

    @BeforeEach
    void open() {
        sandboxes = DepotSandboxes.of(access(emulator));
        image = registries.source(registry.reference("acme/app", "v1"));
    }

    @AfterEach
    void nothingStays() {
        emulator.unimplemented();
        host.captureFailure(Optional.empty());
        sandboxes.close();
        assertThat(host.reports()).allMatch(DepotSandboxReport::gone);
    }

    @Test
    void takesASnapshotOfTheSandboxThatHoldsTheFile() {
        ConcurrentLinkedQueue<ProgressEvent> events = new ConcurrentLinkedQueue<>();
        Snapshot snapshot = snapshotter()
                .named("my-app")
                .size(DataSize.parse("1GiB"))
                .snapshot(image, ProgressTask.root(events::add, "test"));
        String reference = registry.reference("acme/app", "v1")
                .withDigest(image.descriptor().digest())
                .toString();
        assertThat(snapshot.kind()).isEqualTo("depot-sandbox");
        assertThat(snapshot.image()).isEqualTo(image.descriptor().digest());
        assertThat(snapshot.reference()).contains("@sha256:");
        assertThat(snapshot.properties())
                .containsEntry("registeredBy", "snapshot")
                .containsEntry("ext4", "/tmp/sandbox-image/app-v1.ext4")
                .containsEntry("bootImage", reference)
                .containsKeys("sandbox", "snapshotId", "sizeBytes");
        assertThat(sandboxes
                        .snapshots()
                        .get(snapshot.properties().get("snapshotId"))
                        .name())
                .hasValue("my-app");
        assertThat(events)
                .filteredOn(ProgressEvent.Message.class::isInstance)
                .extracting(event -> ((ProgressEvent.Message) event).text())
                .contains("helper called with pull " + reference
                        + " --output /tmp/sandbox-image/app-v1.ext4 --size 1GiB");
        assertThat(last().timeout()).hasValue(Duration.ofMinutes(30));
        assertThat(last().status()).isEqualTo("CANCELLED");
    }

    @Test
    void withoutSnapshotsTheFileGoesToARegistryAsAnArtifact() throws IOException {
        emulator.unimplemented("SnapshotSandbox");
        Snapshot snapshot = snapshotter()
                .artifact(registry.reference("acme/app", "v1-ext4"))
                .snapshot(image, ProgressTask.silent());
        assertThat(snapshot.properties()).containsEntry("registeredBy", "artifact");
        assertThat(snapshot.reference())
                .isEqualTo(registry.reference("acme/app", "v1-ext4").toString());
        Path pulled = folder.resolve("pulled.ext4");
        DiskPull.to(pulled).pull(registry.reference("acme/app", "v1-ext4"), registries, ProgressTask.silent());
        assertThat(pulled).content().startsWith("content of ");
    }

    @Test
    void withoutSnapshotsAndArtifactTheImageItselfIsWhatBoots() {
        emulator.unimplemented("SnapshotSandbox");
        Path file = folder.resolve("downloaded.ext4");
        Snapshot snapshot = snapshotter().download(file).snapshot(image, ProgressTask.silent());
        assertThat(snapshot.properties()).containsEntry("registeredBy", "image");
        assertThat(snapshot.reference()).endsWith("@" + image.descriptor().digest());
        assertThat(file).content().startsWith("content of ");
    }

    @Test
    void aServerWithoutWhatWasAskedForIsNotForgiven() {
        emulator.unimplemented("SnapshotSandbox");
        assertThatThrownBy(() -> snapshotter().register(Registration.SNAPSHOT).snapshot(image, ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("this server has no snapshots");
        int before = host.reports().size();
        assertThatThrownBy(() -> snapshotter().register(Registration.ARTIFACT).snapshot(image, ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("Nothing would be left");
        assertThat(host.reports()).as("no sandbox was made for nothing").hasSize(before);
    }

    @Test
    void theSandboxFetchesAHelperByItsAddress() {
        try (ServedFile server = ServedFile.start("/snapshot", HELPER.getBytes(StandardCharsets.UTF_8))) {
            DepotSandboxSnapshotter fetching = DepotSandboxSnapshotter.of(sandboxes)
                    .register(Registration.IMAGE)
                    .helper(UnpackHelper.url(server.address()));
            assertThat(fetching.snapshot(image, ProgressTask.silent()).properties())
                    .containsEntry("registeredBy", "image");
            URI missing = server.address().resolve("/missing");
            assertThatThrownBy(() -> fetching.helper(UnpackHelper.url(missing)).snapshot(image, ProgressTask.silent()))
                    .isInstanceOf(BuildFailedException.class)
                    .hasMessageContainingAll("Could not fetch the snapshot helper", missing.toString(), "404");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GetSandbox",
                "WriteFile",
                "Mkdir",
                "RunCommand",
                "Stat",
                "ReadFile",
                "SnapshotSandbox",
                "GetSnapshot"
            })
    void aFailureOfEachStepEndsTheSandbox(String step) {
        Path file = folder.resolve("never.ext4");
        int before = host.reports().size();
        emulator.refuseNext(step, "permission_denied", "scripted for " + step);
        assertThatThrownBy(() -> snapshotter().download(file).snapshot(image, ProgressTask.silent()))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("scripted for " + step);
        assertThat(host.reports()).hasSize(before + 1);
        assertThat(last().status()).isEqualTo("CANCELLED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp/fail", "/tmp/cut", "/tmp/capture"})
    void aFailureInsideTheSandboxEndsItToo(String kind) throws IOException {
        Path failing = Files.writeString(folder.resolve("failing"), HELPER.replace("[ -e /tmp/fail ] && ", ""));
        DepotSandboxSnapshotter snapshotter = snapshotter();
        Class<? extends SandboxImageException> expected;
        switch (kind) {
            case "/tmp/fail" -> {
                snapshotter = snapshotter.helper(UnpackHelper.program(failing));
                expected = BuildFailedException.class;
            }
            case "/tmp/cut" -> {
                host.cutNextCommand();
                expected = UnavailableException.class;
            }
            default -> {
                host.captureFailure(Optional.of("the disk was busy"));
                expected = ConflictException.class;
            }
        }
        DepotSandboxSnapshotter chosen = snapshotter;
        assertThatThrownBy(() -> chosen.snapshot(image, ProgressTask.silent()))
                .isInstanceOf(expected)
                .satisfies(e -> assertThat(e.getMessage())
                        .containsAnyOf("exit code 9", "no space left", "did not tell", "the disk was busy"));
        assertThat(last().gone()).isTrue();
    }

    @Test
    void aHelperThatMakesNothingIsFoundOut() throws IOException {
        Path idle = Files.writeString(folder.resolve("idle"), "#!/bin/sh\nexit 0\n");
        assertThatThrownBy(
                        () -> snapshotter().helper(UnpackHelper.program(idle)).snapshot(image, ProgressTask.silent()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("Is it a helper that understands");
    }

    @Test
    void aSandboxWhoseCreationWasNotAnsweredIsFoundAndKilled() {
        int before = host.reports().size();
        host.loseNextCreation();
        assertThatThrownBy(() -> snapshotter().snapshot(image, ProgressTask.silent()))
                .isInstanceOf(UnavailableException.class);
        assertThat(host.reports()).hasSize(before + 1);
        assertThat(last().gone()).isTrue();
    }

    @Test
    void killingIsTriedAgain() {
        emulator.refuseNext("KillSandbox", "unavailable", "try again").answerNext("KillSandbox", 502, "<html>");
        snapshotter().snapshot(image, ProgressTask.silent());
        assertThat(last().gone()).isTrue();
    }

    @Test
    void anInterruptEndsTheSandbox() throws InterruptedException, IOException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        DepotSandboxSnapshotter hanging = snapshotter().helper(UnpackHelper.program(hanging()));
        Thread working = new Thread(() -> {
            try {
                hanging.snapshot(image, ProgressTask.silent());
            } catch (RuntimeException e) {
                failure.set(e);
            }
        });
        int before = host.reports().size();
        working.start();
        while (host.reports().size() == before || last().processes() == 0) {
            Thread.sleep(20);
        }
        working.interrupt();
        working.join(LIMIT.toMillis());
        assertThat(failure.get()).isInstanceOf(CancelledException.class);
        assertThat(last().gone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void aKilledProcessLeavesNoSandbox(String signal) throws IOException, InterruptedException {
        host.minute(Duration.ofSeconds(signal.equals("KILL") ? 4 : 600));
        int before = host.reports().size();
        try (Daemon process = Command.of(Path.of(System.getProperty("java.home"), "bin", "java"), "-Xmx96m")
                .with("-cp", System.getProperty("java.class.path"), SnapshotterProcess.class.getName())
                .with(emulator.url(), registry.reference("acme/app", "v1"), hanging())
                .start(folder.resolve("process-" + signal))) {
            process.await("running the helper", LIMIT, () -> host.reports().size() > before && last().processes() > 0);
            Command.of("kill", "-" + signal, Long.toString(process.pid())).run().orFail();
            process.awaitEnd(LIMIT);
            assertThat(last().timeout()).hasValue(Duration.ofMinutes(1));
            // By its hook where it could run, and by the timeout of the sandbox where it could not.
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!last().gone() && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
            assertThat(last().gone()).isTrue();
        } finally {
            host.minute(Duration.ofMinutes(1));
        }
    }

    @Test
    void theLocalRouteMakesTheFileHereAndCreatesNoSandbox() {
        int before = host.reports().size();
        Path file = folder.resolve("local.ext4");
        Snapshot snapshot = DepotSandboxSnapshotter.local(sandboxes, file)
                .artifact(registry.reference("acme/app", "local-ext4"))
                .snapshot(image, ProgressTask.silent());
        assertThat(file).hasSize(Long.parseLong(snapshot.properties().get("sizeBytes")));
        assertThat(snapshot.properties())
                .containsEntry("registeredBy", "artifact")
                .containsEntry("file", file.toString());
        assertThat(host.reports()).hasSize(before);
    }

    private Path hanging() throws IOException {
        return Files.writeString(folder.resolve("hanging"), HELPER.replace("[ -e /tmp/hang ] && ", ""));
    }

    private DepotSandboxSnapshotter snapshotter() {
        return DepotSandboxSnapshotter.of(sandboxes).helper(UnpackHelper.program(helper));
    }

    private static DepotSandboxReport last() {
        List<DepotSandboxReport> all = host.reports();
        return all.get(all.size() - 1);
    }

    static DepotAccess access(DepotEmulator emulator) {
        return new DepotAccess(
                emulator.url(),
                emulator.url(),
                TokenProvider.of(TOKEN),
                Optional.empty(),
                DepotAccess.Protocol.CONNECT);
    }
}
