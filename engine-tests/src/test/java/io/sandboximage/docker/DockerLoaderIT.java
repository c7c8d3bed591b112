package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.assemble.Compression;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way into every kind of store, and what happens on the way. Images have names of their own, the engine is shared. */
@RequiresEngine({Engine.DOCKER_20, Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.BUSYBOX_STATIC, Engine.RUNC})
@ParameterizedClass
@EnumSource
class DockerLoaderIT {
    @TempDir
    static Path folder;

    private static DockerProcess docker;
    private static DockerEngine engine;

    private final Kind kind;
    private final String unique = UUID.randomUUID().toString();
    private final String tag = "loaded:" + unique;

    DockerLoaderIT(Kind kind) {
        this.kind = kind;
    }

    @BeforeParameterizedClassInvocation(injectArguments = true)
    static void startEngine(Kind kind) throws Exception {
        docker = DockerProcess.startOnHostNetwork(kind, Files.createDirectories(folder.resolve(kind.name())));
        engine = DockerEngine.at(DockerHost.unix(docker.socket()));
    }

    @AfterParameterizedClassInvocation
    static void stopEngine() {
        engine.close();
        docker.close();
    }

    @AfterEach
    void leavesNoNamesOfItsOwn() {
        assertThat(docker.docker("images", "--digests").run().orFail().output()).doesNotContain("sandbox-image");
    }

    @Test
    void tellsWhatTheEngineIs() {
        EngineInfo info = engine.info();
        assertThat(info.version()).startsWith(kind == Kind.V20_CLASSIC ? "20.10" : "28.5");
        assertThat(info.imageStore())
                .isEqualTo(kind.containerdStore() ? ImageStoreKind.CONTAINERD : ImageStoreKind.CLASSIC);
        assertThat(info.platform().os()).isEqualTo("linux");
    }

    @Test
    void aNewImageGoesInWholeAndRuns() {
        ImageSource image = LayeredImages.of(unique, "top " + unique);
        LoadReport report = archives().load(image, ProgressTask.silent());
        assertThat(report.id()).isEqualTo(id(image));
        assertThat(report.tags()).containsExactly(tag);
        assertRuns("top " + unique);
    }

    @Test
    void anUnchangedImageIsSkipped() {
        ImageSource image = LayeredImages.of(unique);
        loader().load(image, ProgressTask.silent());
        LoadReport again = loader().load(image, ProgressTask.silent());
        assertThat(again.strategy()).isEqualTo(LoadStrategy.SKIP);
        assertThat(again.id()).isEqualTo(id(image));
        assertThat(again.bytesSent()).isZero();
        assertThat(again.layersPresent()).isEqualTo(2);
    }

    @Test
    void ofAChangedTopLayerOnlyThatTravels() {
        loader().load(LayeredImages.of("a" + unique, "b" + unique, "c" + unique), ProgressTask.silent());
        LoadReport report =
                loader().load(LayeredImages.of("a" + unique, "b" + unique, "d" + unique), ProgressTask.silent());
        assertThat(report.strategy()).isEqualTo(LoadStrategy.DELTA_ARCHIVE);
        assertThat(report.layersSent()).isEqualTo(1);
        assertThat(report.layersPresent()).isEqualTo(3);
        assertThat(report.bytesSent()).isBetween(200_000L, 250_000L);
        assertRuns("d" + unique);
    }

    @Test
    void ofAChangedMiddleLayerTheStoreDecidesWhatTravels() {
        loader().load(LayeredImages.of("a" + unique, "b" + unique, "c" + unique), ProgressTask.silent());
        LoadReport report =
                loader().load(LayeredImages.of("a" + unique, "x" + unique, "c" + unique), ProgressTask.silent());
        assertThat(report.strategy()).isEqualTo(LoadStrategy.DELTA_ARCHIVE);
        // A classic store knows layers only together with what lies below them.
        assertThat(report.layersSent()).isEqualTo(kind.containerdStore() ? 1 : 2);
        assertRuns("c" + unique);
    }

    @Test
    void anImageDeletedBehindOurBackComesAgain() {
        ImageSource image = LayeredImages.of(unique);
        loader().load(image, ProgressTask.silent());
        docker.docker("rmi", tag).run().orFail();
        LoadReport report = loader().load(image, ProgressTask.silent());
        assertThat(report.strategy()).isNotEqualTo(LoadStrategy.SKIP);
        assertRuns(unique);
    }

    @Test
    void aTagThatSomebodyMovedComesBackWithoutATransfer() {
        ImageSource image = LayeredImages.of(unique);
        loader().load(image, ProgressTask.silent());
        engine.tagImage(id(image), ImageReference.parse("kept:" + unique));
        ImageSource other = LayeredImages.of("other " + unique);
        DockerLoader.into(engine).tag("other:" + unique).load(other, ProgressTask.silent());
        docker.docker("tag", "other:" + unique, tag).run().orFail();
        assertRuns("other " + unique);

        LoadReport report = loader().load(image, ProgressTask.silent());
        assertThat(report.strategy()).isEqualTo(LoadStrategy.SKIP);
        assertRuns(unique);
    }

    @Test
    void layersThatVanishDuringADeltaAreNoticedAndTheImageComesAnotherWay() {
        loader().load(LayeredImages.of("a" + unique, "b" + unique), ProgressTask.silent());
        ImageSource next = LayeredImages.of("a" + unique, "c" + unique);
        ImageSource disturbed = LayeredImages.disturbed(
                next, () -> docker.docker("rmi", tag).run().orFail());
        LoadReport report = loader().load(disturbed, ProgressTask.silent());
        assertThat(report.strategy()).isNotEqualTo(LoadStrategy.SKIP);
        assertThat(engine.image(tag).id()).isEqualTo(id(next));
        assertThat(engine.image(tag).complete()).isTrue();
        assertRuns("c" + unique);
    }

    @Test
    void anArchiveThatLacksALayerMakesNoImage() {
        ImageSource image = LayeredImages.of("a" + unique, "b" + unique);
        Candidate candidate = Candidate.of(image, () -> engine.info().platform());
        ImageStoreKind store = engine.info().imageStore();
        LoadLeftovers leftovers = new LoadLeftovers(engine, id(image), false);
        Transfer broken = new ArchiveTransfer(
                engine,
                candidate,
                store,
                Set.of(candidate.layers().get(2).descriptor().digest()),
                LoadStrategy.DELTA_ARCHIVE,
                "",
                leftovers);
        assertThatThrownBy(() -> broken.run(ProgressTask.silent()))
                .hasMessageContaining(kind.containerdStore() ? "Error unpacking image" : "no such file");
        if (kind.containerdStore()) {
            assertThat(engine.image(id(image).toString()).complete()).isFalse();
            leftovers.remove();
        }
        assertThat(engine.findImage(id(image).toString())).isEmpty();
    }

    @Test
    void twoClientsThatRaceForATagEachLoadTheirOwnImage() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 4; round++) {
                ImageSource one = LayeredImages.of(unique, "one " + round);
                ImageSource two = LayeredImages.of(unique, "two " + round);
                CyclicBarrier start = new CyclicBarrier(2);
                Future<LoadReport> first = clients.submit(() -> race(start, one));
                Future<LoadReport> second = clients.submit(() -> race(start, two));
                assertThat(first.get().id()).isEqualTo(id(one));
                assertThat(second.get().id()).isEqualTo(id(two));
                // The other one has no name any more; containerd's store may have dropped it.
                assertThat(engine.image(tag).id()).isIn(id(one), id(two));
                assertThat(engine.image(tag).complete()).isTrue();
                assertRuns(engine.image(tag).id().equals(id(one)) ? "one " + round : "two " + round);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void theEnginePullsFromThisProcessAndKeepsNoTraceOfIt() {
        ImageSource image = LayeredImages.of(unique);
        LoadReport report = loader().only(LoadStrategy.LOOPBACK_PULL).load(image, ProgressTask.silent());
        assertThat(report.id()).isEqualTo(id(image));
        assertThat(report.layersSent()).isPositive();
        // containerd's store shows the digest under the name itself.
        assertThat(engine.image(tag).repoDigests()).noneMatch(name -> name.contains("127.0.0.1"));
        assertRuns(unique);
    }

    @Test
    @RequiresEngine(Engine.DOCKER_REGISTRY)
    void theEnginePullsFromARegistryThatHasTheImage() throws Exception {
        ImageSource image = LayeredImages.of(unique);
        Path storage = Files.createDirectories(folder.resolve("registry-" + unique));
        try (RegistryProcess registry = RegistryProcess.start(Engine.DOCKER_REGISTRY, storage);
                RegistryClient client =
                        RegistryClient.builder().plainHttp(registry.address()).build()) {
            ImageReference pushed = ImageReference.parse(registry.address() + "/acme/pushed:" + unique);
            client.sink(pushed).write(image, ProgressTask.silent());
            LoadReport report = loader().registry(pushed, CredentialProvider.none())
                    .only(LoadStrategy.REGISTRY_PULL)
                    .load(image, ProgressTask.silent());
            assertThat(report.id()).isEqualTo(id(image));
            assertThat(report.bytesSent()).isZero();
            assertRuns(unique);
        }
    }

    @Test
    void whereTheRegistryIsDownAnotherWayIsTakenAndTheReasonTold() {
        ImageSource image = LayeredImages.of(unique);
        LoadReport report = loader().registry(
                        ImageReference.parse("127.0.0.1:1/acme/down:1"), CredentialProvider.none())
                .only(LoadStrategy.REGISTRY_PULL, LoadStrategy.FULL_ARCHIVE)
                .load(image, ProgressTask.silent());
        assertThat(report.strategy()).isEqualTo(LoadStrategy.FULL_ARCHIVE);
        assertThat(report.reason()).contains("registry pull failed").contains("connection refused");
        assertRuns(unique);
        assertThatThrownBy(() -> DockerLoader.into(engine)
                        .registry(ImageReference.parse("127.0.0.1:1/acme/down:1"), CredentialProvider.none())
                        .only(LoadStrategy.REGISTRY_PULL)
                        .load(LayeredImages.of("another " + unique), ProgressTask.silent()))
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void anEngineThatRestartsDuringALoadGetsTheImageAfterwards() {
        ImageSource image = LayeredImages.of(unique);
        LoadReport report = loader().only(LoadStrategy.FULL_ARCHIVE)
                .load(LayeredImages.disturbed(image, docker::restart), ProgressTask.silent());
        assertThat(report.strategy()).isEqualTo(LoadStrategy.FULL_ARCHIVE);
        assertThat(report.reason()).contains("full archive failed").contains(docker.address());
        assertThat(engine.image(tag).id()).isEqualTo(id(image));
        assertRuns(unique);
    }

    @Test
    void aCancelledLoadLeavesNothing() {
        ImageSource image = LayeredImages.of(unique);
        Thread self = Thread.currentThread();
        assertThatThrownBy(
                        () -> archives().load(LayeredImages.disturbed(image, self::interrupt), ProgressTask.silent()))
                .isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(engine.findImage(id(image).toString())).isEmpty();
        assertThat(engine.findImage(tag)).isEmpty();
    }

    @Test
    void aLoadThatIsCancelledWhenTheEngineHasItAllLeavesNothing() throws Exception {
        ImageSource image = LayeredImages.of(unique);
        Thread self = Thread.currentThread();
        try (HeldAnswer held = new HeldAnswer(docker, self::interrupt);
                DockerEngine behind = DockerEngine.at(held.host())) {
            assertThatThrownBy(() -> DockerLoader.into(behind)
                            .tag(tag)
                            .only(LoadStrategy.FULL_ARCHIVE)
                            .load(image, ProgressTask.silent()))
                    .isInstanceOf(CancelledException.class);
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(engine.findImage(id(image).toString())).isEmpty();
        assertThat(engine.findImage(tag)).isEmpty();
    }

    @Test
    void layersOfZstdGoIntoEveryEngine() {
        ImageSource image = LayeredImages.of(Platform.LINUX_AMD64, Compression.ZSTD, "a" + unique, "b" + unique);
        LoadReport report = loader().load(image, ProgressTask.silent());
        assertThat(report.id()).isEqualTo(id(image));
        if (kind == Kind.V20_CLASSIC) {
            // It reads no zstd, so nothing is tried that leaves the layers as they are.
            assertThat(report.strategy()).isIn(LoadStrategy.DELTA_ARCHIVE, LoadStrategy.FULL_ARCHIVE);
            assertThat(report.reason()).doesNotContain("failed");
        }
        assertRuns("b" + unique);
        ImageSource next = LayeredImages.of(Platform.LINUX_AMD64, Compression.ZSTD, "a" + unique, "c" + unique);
        assertThat(loader().load(next, ProgressTask.silent()).layersSent()).isEqualTo(1);
        assertRuns("c" + unique);
    }

    @Test
    void ofAnIndexTheEnginesPlatformIsTaken() {
        ImageSource own = LayeredImages.of(engine.info().platform(), Compression.GZIP, "own " + unique);
        Platform other = Platform.of("linux", "s390x");
        ImageSource index = new PlatformIndex(Map.of(
                other,
                LayeredImages.of(other, Compression.GZIP, "other " + unique),
                engine.info().platform(),
                own));
        assertThat(loader().load(index, ProgressTask.silent()).id()).isEqualTo(id(own));
        assertRuns("own " + unique);
        assertThat(loader().load(index, ProgressTask.silent()).strategy()).isEqualTo(LoadStrategy.SKIP);
        assertThatThrownBy(
                        () -> loader().platform(Platform.of("linux", "riscv64")).load(index, ProgressTask.silent()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("riscv64");
    }

    @Test
    void aSourceThatLacksABlobIsTheErrorThatIsReported() {
        ImageSource image = LayeredImages.of(unique);
        ImageSource broken = LayeredImages.disturbed(image, () -> {
            throw new NotFoundException("the blob is gone");
        });
        assertThatThrownBy(() -> loader().only(LoadStrategy.FULL_ARCHIVE).load(broken, ProgressTask.silent()))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("the blob is gone");
        assertThat(engine.findImage(tag)).isEmpty();
    }

    @Test
    void aPipelineLoadsUnderSeveralNamesAndReadsBack() {
        ImageSource image = LayeredImages.of(unique);
        SandboxImagePipeline.builder()
                .from(image)
                .to(engine.tag(tag, "also:" + unique))
                .run();
        assertThat(engine.image("also:" + unique).id()).isEqualTo(id(image));
        try (ImageSource back = engine.source(tag)) {
            assertThat(LayeredImages.configDigest(back)).isEqualTo(LayeredImages.configDigest(image));
        }
    }

    private LoadReport race(CyclicBarrier start, ImageSource image) throws Exception {
        start.await();
        return loader().load(image, ProgressTask.silent());
    }

    private DockerLoader loader() {
        return DockerLoader.into(engine).tag(tag);
    }

    private DockerLoader archives() {
        return loader().only(LoadStrategy.DELTA_ARCHIVE, LoadStrategy.FULL_ARCHIVE);
    }

    private Digest id(ImageSource image) {
        return kind.containerdStore() ? image.descriptor().digest() : LayeredImages.configDigest(image);
    }

    private void assertRuns(String expected) {
        assertThat(List.of(docker.docker("run", "--rm", "--network=none", tag)
                        .run()
                        .orFail()
                        .output()))
                .containsExactly(expected);
    }
}
