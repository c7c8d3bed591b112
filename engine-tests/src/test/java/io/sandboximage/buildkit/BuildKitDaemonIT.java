package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.content.BuildKitContentStore;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon keeps beside the files that builds export: images in its own store, history, cache. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC})
class BuildKitDaemonIT {
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
                .dockerfile(BuildContext.BUSYBOX_STAGE + "RUN echo " + folder.getFileName() + "\n");
    }

    @Test
    void imageIsCopiedFromTheDaemonsStore() {
        SolveResult result = solve(build().export(BuildExport.image()));
        BuildKitContentStore image = client.image(result);

        OciLayout.sink(folder.resolve("layout"), "v1").write(image, ProgressTask.silent());

        assertThat(image.missing()).isEmpty();
        try (ImageSource copy = OciLayout.source(folder.resolve("layout"), "v1")) {
            assertThat(copy.descriptor().digest()).isEqualTo(result.digest().orElseThrow());
            assertThat(copy.image(Platform.linuxOnThisMachine()).config().diffIds())
                    .hasSize(3);
        }
    }

    @Test
    void blobsAreReadFromAnOffset() throws IOException {
        BuildKitContentStore image = client.image(solve(build().export(BuildExport.image())));
        Descriptor config = image.image(image.descriptor()).manifest().config();

        byte[] whole;
        try (InputStream in = image.openBlob(config)) {
            whole = in.readAllBytes();
        }
        try (InputStream in = client.content().open(config.digest(), 10)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(whole, 10, whole.length));
        }
    }

    @Test
    void blobThatTheDaemonDoesNotHaveIsNotFoundWithAWayOut() {
        Descriptor absent = Descriptor.of("x", Digest.sha256(new byte[] {1}), 1);

        assertThatThrownBy(
                        () -> BuildKitContentStore.of(client.content(), absent).manifest(absent))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("Build again");
        assertThatThrownBy(() -> client.content().open(absent.digest(), 0).read())
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void severalPlatformsMakeAnIndex() throws IOException {
        context.dockerfile("FROM scratch\nARG TARGETARCH\nCOPY unique-$TARGETARCH /\n")
                .file("unique-amd64", "a")
                .file("unique-arm64", "b");

        SolveResult result = solve(build().platform(Platform.LINUX_AMD64)
                .platform(Platform.LINUX_ARM64)
                .annotation(Annotation.parse("index:org.example=yes").get(0))
                .export(BuildExport.image()));

        BuildKitContentStore image = client.image(result);
        assertThat(result.configDigest()).isEmpty();
        assertThat(image.platforms()).containsOnlyKeys(Platform.LINUX_AMD64, Platform.LINUX_ARM64);
        assertThat(image.image(Platform.LINUX_ARM64).config().platform()).isEqualTo(Platform.LINUX_ARM64);
        assertThat(image.image(Platform.LINUX_ARM64).manifest().layers())
                .isNotEqualTo(image.image(Platform.LINUX_AMD64).manifest().layers());
        assertThat(new String(image.manifest(image.descriptor()), StandardCharsets.UTF_8))
                .contains("org.example");
    }

    @Test
    void provenanceMakesAnIndexWithAnAttestation() {
        SolveResult result = solve(build().provenance("mode=min").export(BuildExport.image()));

        BuildKitContentStore image = client.image(result);
        assertThat(image.platforms()).hasSize(1);
        assertThat(new String(image.manifest(image.descriptor()), StandardCharsets.UTF_8))
                .contains("attestation-manifest");
    }

    @Test
    void metadataIsWhatBuildxWrites() {
        SolveResult result = solve(build().tag("example.com/app:1").export(BuildExport.image()));

        assertThat(result.imageNames()).containsExactly("example.com/app:1");
        assertThat(result.metadata())
                .containsEntry("buildx.build.ref", result.reference())
                .containsEntry("image.name", "example.com/app:1")
                .containsEntry(
                        "containerimage.digest", result.digest().orElseThrow().toString())
                .hasEntrySatisfying("containerimage.descriptor", document -> assertThat(document)
                        .isInstanceOf(Map.class));
        assertThat(new String(result.metadataJson(), StandardCharsets.UTF_8)).contains("\"mediaType\"");
    }

    @Test
    void builderLeavesNoTagsBehindInItsLayout() {
        Path layout = folder.resolve("kept");
        BuildRequest request = BuildRequest.dockerfile(context.folder(), "Dockerfile");
        try (BuildKitBuilder builder =
                BuildKitBuilder.at(BuildKitAddress.parse(buildkitd.address())).layout(layout)) {
            ImageSource first = builder.build(request.buildArg("A", "1"), ProgressTask.silent());
            ImageSource second = builder.build(request.target("base"), ProgressTask.silent());

            assertThat(OciLayout.tags(layout)).isEmpty();
            assertThat(first.descriptor()).isEqualTo(second.descriptor());
            assertThat(first.image(Platform.linuxOnThisMachine()).layers()).hasSize(3);
            first.close();
            second.close();
        }
    }

    @Test
    void builderReadsFromTheDaemonInPlace() {
        try (BuildKitBuilder builder = BuildKitBuilder.at(BuildKitAddress.parse(buildkitd.address()))
                        .inPlace();
                ImageSource image =
                        builder.build(BuildRequest.dockerfile(context.folder(), "Dockerfile"), ProgressTask.silent())) {
            assertThat(image.name()).startsWith("buildkit:");
            assertThat(image.image(Platform.linuxOnThisMachine()).config().diffIds())
                    .hasSize(3);
        }
    }

    @Test
    void historyRemembersBuildsAndTheirOutput() throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "RUN echo in the past; echo " + folder.getFileName() + "\n");
        SolveResult result = solve(build().target("base").export(BuildExport.image()));
        BuildHistory history = client.history();
        List<ProgressEvent> events = new CopyOnWriteArrayList<>();

        BuildRecord record = history.get(result.reference());
        history.replay(result.reference(), ProgressTask.root(events::add, "replay"));

        assertThat(record.frontend()).isEqualTo("dockerfile.v0");
        assertThat(record.options()).containsEntry("target", "base");
        assertThat(record.exporters()).containsExactly("image");
        assertThat(record.completedAt()).isPresent();
        assertThat(record.error()).isEmpty();
        assertThat(record.image()).isEqualTo(result.descriptor());
        assertThat(record.totalSteps()).isPositive();
        assertThat(history.list(BuildHistoryQuery.all()))
                .extracting(BuildRecord::reference)
                .contains(result.reference());
        assertThat(history.list(BuildHistoryQuery.all().newest(1))).hasSize(1);
        assertThat(history.list(BuildHistoryQuery.all().filter("status==error")))
                .extracting(BuildRecord::reference)
                .doesNotContain(result.reference());
        assertThat(events)
                .filteredOn(ProgressEvent.Message.class::isInstance)
                .extracting(event -> ((ProgressEvent.Message) event).text())
                .contains("in the past");
    }

    @Test
    void historyPinsAndDeletes() {
        SolveResult result = solve(build().export(BuildExport.image()));
        BuildHistory history = client.history();

        history.pin(result.reference());
        assertThat(history.get(result.reference()).pinned()).isTrue();
        history.unpin(result.reference());
        assertThat(history.get(result.reference()).pinned()).isFalse();
        history.delete(result.reference());

        assertThatThrownBy(() -> history.get(result.reference()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(result.reference());
    }

    @Test
    void historyTellsOfBuildsWhileTheyHappen() throws InterruptedException {
        List<BuildHistoryEvent> events = new CopyOnWriteArrayList<>();
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch completed = new CountDownLatch(1);
        solve(build());
        Thread listener = new Thread(() -> client.history().listen(BuildHistoryQuery.all(), event -> {
            listening.countDown();
            events.add(event);
            if (event.build().options().containsKey("label:listened")
                    && event.kind() == BuildHistoryEvent.Kind.COMPLETED) {
                completed.countDown();
                throw new IllegalStateException("enough");
            }
        }));
        listener.setUncaughtExceptionHandler((thread, failure) -> {});
        listener.start();
        assertThat(listening.await(60, TimeUnit.SECONDS)).isTrue();

        SolveResult result = solve(build().label("listened", "yes"));

        assertThat(completed.await(60, TimeUnit.SECONDS)).isTrue();
        listener.join();
        assertThat(events)
                .filteredOn(event -> event.build().reference().equals(result.reference()))
                .extracting(BuildHistoryEvent::kind)
                .endsWith(BuildHistoryEvent.Kind.COMPLETED);
    }

    @Test
    void cacheIsMeasuredAndPruned() {
        solve(build());

        List<CacheRecord> local = client.cache().usage("type==source.local");
        List<CacheRecord> removed = client.cache().prune(CachePrune.everything().filter("type==source.local"));

        assertThat(local).isNotEmpty().allMatch(entry -> entry.type().equals("source.local"));
        assertThat(removed).isNotEmpty().allMatch(entry -> entry.description().startsWith("local source"));
        assertThat(client.cache().usage("type==source.local")).isEmpty();
        assertThat(client.cache().usage()).isNotEmpty().anyMatch(entry -> entry.sizeBytes() > 0);
    }

    private DockerfileBuild build() {
        return DockerfileBuild.of(context.folder());
    }

    private static SolveResult solve(DockerfileBuild build) {
        return client.solve(build.toRequest(), ProgressTask.silent());
    }
}
