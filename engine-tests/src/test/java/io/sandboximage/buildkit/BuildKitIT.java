package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against a real buildkitd over its unix socket. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC})
class BuildKitIT {
    @TempDir
    static Path state;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;

    @TempDir
    Path folder;

    private BuildContext context;

    @BeforeAll
    static void start() {
        buildkitd = BuildKitProcess.start(state);
        client = BuildKitClient.connect(BuildKitAddress.parse(buildkitd.address()));
    }

    @AfterAll
    static void stop() {
        client.close();
        buildkitd.close();
    }

    @BeforeEach
    void makeContext() throws IOException {
        context = new BuildContext(Files.createDirectory(folder.resolve("context")));
    }

    @Test
    void tellsItsVersionAndWorkers() {
        assertThat(client.version())
                .hasValueSatisfying(version -> assertThat(version).startsWith("v0."));
        assertThat(client.workers()).singleElement().satisfies(worker -> assertThat(worker.platforms())
                .contains(Platform.LINUX_AMD64));
    }

    @Test
    void exportsFilesIntoADirectory() throws IOException {
        context.dockerfile("FROM scratch\nCOPY a.txt /data/\nCOPY sub /data/sub\n")
                .file("a.txt", "one")
                .file("sub/ü ☃.txt", "two")
                .file("sub/empty", "");
        Files.createSymbolicLink(context.folder().resolve("sub/link"), Path.of("../a.txt"));

        solve(BuildExport.directory(folder.resolve("out")));

        Path data = folder.resolve("out/data");
        assertThat(data.resolve("a.txt")).hasContent("one");
        assertThat(data.resolve("sub/ü ☃.txt")).hasContent("two");
        assertThat(data.resolve("sub/empty")).isEmptyFile();
        assertThat(Files.readSymbolicLink(data.resolve("sub/link"))).hasToString("../a.txt");
    }

    @Test
    void exportsAnImageIntoALayoutThatReadersTake() throws IOException {
        context.busybox().dockerfile(BuildContext.BUSYBOX_STAGE + "RUN echo built > /result\nENV A=b\n");
        Path layout = folder.resolve("layout");

        SolveResult result = solve(BuildExport.ociLayout(layout));

        try (var image = OciLayout.source(layout)) {
            assertThat(image.descriptor().digest()).isEqualTo(result.digest().orElseThrow());
            assertThat(image.image(Platform.LINUX_AMD64).config().diffIds()).hasSize(3);
        }
    }

    @Test
    void exportsArchivesToFilesAndStreams() throws IOException {
        context.dockerfile("FROM scratch\nCOPY a.txt /\n").file("a.txt", "one");
        ByteArrayOutputStream stream = new ByteArrayOutputStream();

        solve(BuildExport.tar(folder.resolve("root.tar")));
        solve(BuildExport.ociArchive(folder.resolve("image.tar")));
        solve(new BuildExport("docker", Map.of(), new BuildExport.Target.None()).to(stream));

        assertThat(folder.resolve("root.tar")).content().contains("a.txt");
        assertThat(folder.resolve("image.tar")).content().contains("oci-layout");
        assertThat(stream.toString(StandardCharsets.ISO_8859_1)).contains("manifest.json");
    }

    @Test
    void sendsOnlyWhatTheIgnoreFileLeaves() throws IOException {
        context.dockerfile("FROM scratch\nCOPY . /\n")
                .file(".dockerignore", "**/*.log\n!keep.log\nnode_modules\nDockerfile\n.dockerignore\n")
                .file("a.txt", "")
                .file("deep/x.log", "")
                .file("keep.log", "")
                .file("node_modules/m/index.js", "");

        solve(BuildExport.directory(folder.resolve("out")));

        assertThat(folder.resolve("out")).isDirectoryRecursivelyContaining("glob:**/a.txt");
        try (var files = Files.walk(folder.resolve("out"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(f -> folder.resolve("out").relativize(f).toString()))
                    .containsExactlyInAnyOrder("a.txt", "keep.log");
        }
    }

    @Test
    void stepsSeeSecrets() throws IOException {
        context.busybox()
                .dockerfile(BuildContext.BUSYBOX_STAGE
                        + "RUN --mount=type=secret,id=token wc -c < /run/secrets/token > /length\n");

        solve(request(BuildExport.directory(folder.resolve("out")))
                .secret("token", SecretSource.of(new byte[] {1, 2, 3})));

        assertThat(folder.resolve("out/length")).hasContent("3");
    }

    @Test
    void failedStepTellsWhereAndWhy() throws IOException {
        context.busybox().dockerfile(BuildContext.BUSYBOX_STAGE + "RUN echo some output && exit 7\n");

        BuildFailedException failure = catchThrowableOfType(
                BuildFailedException.class, () -> solve(BuildExport.directory(folder.resolve("out"))));

        BuildFailedException.Failure details = failure.failure().orElseThrow();
        assertThat(details.exitCode()).hasValue(7);
        assertThat(details.step()).hasValueSatisfying(step -> assertThat(step).contains("exit 7"));
        assertThat(details.logTail()).containsExactly("some output");
        assertThat(details.source()).hasValueSatisfying(source -> {
            assertThat(source.file()).isEqualTo("Dockerfile");
            assertThat(source.firstLine()).isEqualTo(4);
            assertThat(source.excerpt()).contains(">>> RUN echo some output");
        });
        assertThat(failure).hasMessageContaining("Dockerfile:4").hasMessageContaining("some output");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void syntaxErrorTellsItsLine() throws IOException {
        context.dockerfile("FROM scratch\nCOPPY a b\n");

        assertThatThrownBy(() -> solve(BuildExport.directory(folder.resolve("out"))))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("Dockerfile:2")
                .hasMessageContaining("COPPY");
    }

    @Test
    void missingDockerfileIsNamed() {
        assertThatThrownBy(() -> solve(BuildExport.directory(folder.resolve("out"))))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("Dockerfile");
    }

    @Test
    void missingContextIsFoundBeforeTheDaemonIsAsked() {
        assertThatThrownBy(() -> client.solve(
                        SolveRequest.frontend("dockerfile.v0")
                                .directory("context", folder.resolve("nowhere"))
                                .build(),
                        ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void progressTellsStepsTransfersAndOutput() throws IOException {
        context.busybox().dockerfile(BuildContext.BUSYBOX_STAGE + "RUN echo line one && echo line two\n");
        List<ProgressEvent> events = new CopyOnWriteArrayList<>();

        client.solve(
                request(BuildExport.directory(folder.resolve("out"))).build(), ProgressTask.root(events::add, "build"));

        List<String> labels = events.stream()
                .filter(ProgressEvent.Started.class::isInstance)
                .map(event -> ((ProgressEvent.Started) event).label())
                .toList();
        assertThat(labels).anyMatch(label -> label.contains("RUN echo line one"));
        assertThat(events)
                .filteredOn(ProgressEvent.Message.class::isInstance)
                .extracting(event -> ((ProgressEvent.Message) event).text())
                .contains("line one", "line two");
        // Everything but the root, which is the caller's, has ended.
        assertThat(events.stream().filter(ProgressEvent.Finished.class::isInstance))
                .hasSize(labels.size() - 1);
    }

    @Test
    void daemonThatIsNotThereIsNamed() {
        try (BuildKitClient nobody = BuildKitClient.connect(BuildKitAddress.unix(folder.resolve("no.sock")))) {
            assertThatThrownBy(nobody::version)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("no.sock");
        }
    }

    private SolveResult solve(BuildExport export) {
        return solve(request(export));
    }

    private SolveResult solve(SolveRequest.Builder request) {
        return client.solve(request.build(), ProgressTask.silent());
    }

    private SolveRequest.Builder request(BuildExport export) {
        return SolveRequest.frontend("dockerfile.v0")
                .directory("context", context.folder())
                .directory("dockerfile", context.folder())
                .export(export);
    }
}
