package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon sends to the client: directories with odd files, blobs into stores that have some of them. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC})
class ExportIT {
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
        context = new BuildContext(Files.createDirectory(folder.resolve("context")))
                .busybox()
                .file("a.txt", "one");
    }

    @Test
    void devicesAndPipesAreNamedInTheProgress() throws IOException {
        List<ProgressEvent> events = new CopyOnWriteArrayList<>();
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "RUN mkfifo /pipe && mknod /zero c 1 5 && echo x > /file\n");

        client.solve(
                build().export(BuildExport.directory(folder.resolve("out"))).toRequest(),
                ProgressTask.root(events::add, "build"));

        assertThat(folder.resolve("out/file")).hasContent("x");
        assertThat(folder.resolve("out/pipe")).doesNotExist();
        assertThat(events)
                .filteredOn(ProgressEvent.Message.class::isInstance)
                .extracting(event -> ((ProgressEvent.Message) event).text())
                .anySatisfy(text ->
                        assertThat(text).contains("2 devices").contains("pipe").contains("zero"));
    }

    @Test
    void everyPlatformHasItsDirectory() throws IOException {
        context.dockerfile("FROM scratch\nCOPY a.txt /\n");

        client.solve(
                build().platform(Platform.LINUX_AMD64)
                        .platform(Platform.LINUX_ARM64)
                        .export(BuildExport.directory(folder.resolve("out")))
                        .toRequest(),
                ProgressTask.silent());

        assertThat(folder.resolve("out/linux_amd64/a.txt")).hasContent("one");
        assertThat(folder.resolve("out/linux_arm64/a.txt")).hasContent("one");
    }

    @Test
    void mirroringADirectoryIsRefusedBeforeAnythingIsDeleted() throws IOException {
        context.dockerfile("FROM scratch\nCOPY a.txt /\n");
        Path out = Files.createDirectory(folder.resolve("out"));
        Files.writeString(out.resolve("precious"), "");

        assertThatThrownBy(() -> client.solve(
                        build().export(BuildExport.directory(out).attribute("mode", "delete"))
                                .toRequest(),
                        ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("mode=delete");
        assertThat(out.resolve("precious")).exists();
    }

    @Test
    void layoutTakesOnlyTheBlobsThatItLacks() throws IOException {
        context.dockerfile("FROM scratch\nCOPY a.txt /\nCOPY busybox /\n");
        Path layout = folder.resolve("layout");
        SolveResult first = export(layout, "v1");
        List<Path> blobs = blobs(layout);
        FileTime marked = FileTime.fromMillis(1_000_000_000_000L);
        for (Path blob : blobs) {
            Files.setLastModifiedTime(blob, marked);
        }
        // One that is lost, one that another writer left half done.
        Path lost = largest(blobs);
        Files.delete(lost);
        Files.write(layout.resolve("blobs/sha256/.leftover"), new byte[] {1});

        SolveResult second = export(layout, "v2");

        assertThat(second.digest()).isEqualTo(first.digest());
        for (Path blob : blobs) {
            if (blob.equals(lost)) {
                assertThat(Digest.sha256(Files.readAllBytes(blob)).hex())
                        .isEqualTo(blob.getFileName().toString());
            } else {
                assertThat(Files.getLastModifiedTime(blob)).isEqualTo(marked);
            }
        }
    }

    @Test
    void imageInALayoutIsAContext() throws IOException {
        context.dockerfile("FROM scratch\nCOPY a.txt /from-layout\n");
        Path layout = folder.resolve("layout");
        Digest digest = export(layout, "v1").digest().orElseThrow();
        buildkitd.buildctl("prune", "--all").run().orFail();
        context.dockerfile("FROM base\n");

        client.solve(
                build().contextOfLayout("base", layout, digest)
                        .export(BuildExport.directory(folder.resolve("out")))
                        .toRequest(),
                ProgressTask.silent());

        assertThat(folder.resolve("out/from-layout")).hasContent("one");
    }

    private DockerfileBuild build() {
        return DockerfileBuild.of(context.folder());
    }

    private SolveResult export(Path layout, String tag) {
        return client.solve(build().export(BuildExport.ociLayout(layout, tag)).toRequest(), ProgressTask.silent());
    }

    private static List<Path> blobs(Path layout) throws IOException {
        try (var files = Files.list(layout.resolve("blobs/sha256"))) {
            return files.toList();
        }
    }

    private static Path largest(List<Path> files) throws IOException {
        Path largest = files.get(0);
        for (Path file : files) {
            if (Files.size(file) > Files.size(largest)) {
                largest = file;
            }
        }
        return largest;
    }
}
