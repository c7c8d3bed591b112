package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Layer;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one builder leaves for others: caches and images. The importing builder has never run the steps itself. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC, Engine.REGISTRY_V3})
class BuildKitSharingIT {
    private static final String USER = "builder";
    /** Writes something else whenever it is run. */
    private static final String RANDOM = "RUN cat /proc/sys/kernel/random/uuid > ";

    private static final String PASSWORD = "opensesame";

    @TempDir
    static Path state;

    private static BuildKitProcess first;
    private static BuildKitProcess second;
    private static BuildKitClient exporter;
    private static BuildKitClient importer;
    private static RegistryProcess registry;

    @TempDir
    Path folder;

    private BuildContext context;
    private String dockerfile;

    @BeforeAll
    static void start() throws IOException {
        first = BuildKitProcess.start(Files.createDirectory(state.resolve("first")));
        second = BuildKitProcess.start(Files.createDirectory(state.resolve("second")));
        exporter = BuildKitClient.connect(BuildKitAddress.parse(first.address()));
        importer = BuildKitClient.connect(BuildKitAddress.parse(second.address()));
        registry = RegistryProcess.startWithBasicAuth(
                Engine.REGISTRY_V3, Files.createDirectory(state.resolve("registry")), USER, PASSWORD);
    }

    @AfterAll
    static void stop() {
        exporter.close();
        importer.close();
        first.close();
        second.close();
        registry.close();
    }

    /** Steps whose output is another one each time they are run, and that no other test has in its cache. */
    @BeforeEach
    void makeContext() throws IOException {
        dockerfile =
                "FROM scratch AS base\nCOPY busybox unique /bin/\nRUN [\"/bin/busybox\", \"--install\", \"/bin\"]\n"
                        + RANDOM + "/first\n"
                        + RANDOM + "/last\n";
        context = new BuildContext(Files.createDirectory(folder.resolve("context")))
                .busybox()
                .file("unique", UUID.randomUUID().toString())
                .dockerfile(dockerfile);
    }

    @Test
    void localCacheGivesEveryStepToAnotherBuilder() {
        String cache = folder.resolve("cache").toString();

        Steps before = build(exporter, build().cacheTo(CacheOption.localTarget(cache)));
        Steps after = build(importer, build().cacheFrom(CacheOption.localSource(cache)));

        assertThat(before.run).hasSize(4).anyMatch(step -> step.contains("/last"));
        assertThat(after.run).isEmpty();
        assertThat(after.digest).isEqualTo(before.digest);
    }

    @Test
    void localCacheOfTheModeMinGivesEveryStepOfTheResult() {
        String cache = folder.resolve("cache").toString();

        build(exporter, build().cacheTo(CacheOption.localTarget(cache).with("mode", "min")));
        Steps after = build(importer, build().cacheFrom(CacheOption.localSource(cache)));

        assertThat(after.run).isEmpty();
    }

    /** Steps that the result does not hold itself; whether a cache of the mode min, the default, has them is luck. */
    @Test
    void localCacheOfModeMaxHoldsStepsOfOtherStages() throws IOException {
        String stages =
                dockerfile + "FROM base AS other\n" + RANDOM + "/other\nFROM base\nCOPY --from=other /other /\n";
        context.dockerfile(stages);
        String cache = folder.resolve("cache").toString();
        build(exporter, build().cacheTo(CacheOption.localTarget(cache).with("mode", "max")));
        context.dockerfile(stages + "COPY --from=other /other /again\n");

        Steps after = build(importer, build().cacheFrom(CacheOption.localSource(cache)));

        assertThat(after.run).singleElement().asString().contains("/again");
    }

    /** The last step shows as run because its layers are pulled then; what it would write anew tells that it was not. */
    @Test
    void registryCacheGivesEveryStepToAnotherBuilder() {
        CacheOption cache = CacheOption.registry(reference("cache"));

        Steps before = build(exporter, build().cacheTo(cache.with("mode", "max")));
        Steps after = build(importer, build().cacheFrom(cache));

        assertThat(before.run).hasSize(4);
        assertThat(after.run).hasSizeLessThan(2);
        assertThat(after.digest).isEqualTo(before.digest);
    }

    @Test
    void inlineCacheOfAPushedImageGivesItsSteps() {
        String image = reference("inline");

        Steps before = build(
                exporter,
                build().buildArg("BUILDKIT_INLINE_CACHE", "1")
                        .tag(image)
                        .export(BuildExport.image().attribute("push", "true")));
        Steps after = build(importer, build().cacheFrom(CacheOption.registry(image)));

        assertThat(before.run).hasSize(4);
        assertThat(after.run).hasSizeLessThan(2);
        assertThat(after.layers).isEqualTo(before.layers);
    }

    @Test
    void localCachesHaveTags() {
        String cache = folder.resolve("cache").toString();

        build(exporter, build().cacheTo(CacheOption.localTarget(cache).with("tag", "one")));
        build(exporter, build().cacheTo(CacheOption.localTarget(cache).with("mode", "max")));
        Steps after =
                build(importer, build().cacheFrom(CacheOption.localSource(cache).with("tag", "one")));

        assertThat(OciLayout.tags(Path.of(cache))).containsExactly("latest", "one");
        assertThat(after.run).isEmpty();
    }

    @Test
    void localCacheThatIsNotThereIsLeftOutWithAWarning() {
        Steps steps = build(
                exporter,
                build().cacheFrom(CacheOption.localSource(
                        folder.resolve("nowhere").toString())));

        assertThat(steps.run).isNotEmpty();
        assertThat(steps.warnings).anyMatch(text -> text.contains("cache is left out") && text.contains("nowhere"));
    }

    @Test
    void pushedImageIsTheOneThatWasBuilt() throws IOException {
        String image = reference("app/pushed");
        Path layout = folder.resolve("pulled");

        SolveResult result = exporter.solve(
                build().tag(image + ":v1")
                        .tag(image + ":v2")
                        .label("a", "b")
                        .annotation(Annotation.of("org.example", "yes"))
                        .export(BuildExport.image().attribute("push", "true"))
                        .export(BuildExport.ociLayout(folder.resolve("built"), "v1"))
                        .toRequest(),
                ProgressTask.silent());

        assertThat(result.imageNames()).containsExactly(image + ":v1", image + ":v2");
        try (RegistryClient client =
                        RegistryClient.builder().credentials(credentials()).build();
                ImageSource pushed = client.source(ImageReference.parse(image + ":v2"));
                ImageSource built = OciLayout.source(folder.resolve("built"), "v1")) {
            assertThat(pushed.descriptor().digest()).isEqualTo(result.digest().orElseThrow());
            assertThat(built.descriptor()).isEqualTo(pushed.descriptor());
            assertThat(pushed.image(Platform.linuxOnThisMachine()).manifest().annotations())
                    .containsEntry("org.example", "yes");
            assertThat(pushed.image(Platform.linuxOnThisMachine())
                            .manifest()
                            .config()
                            .digest())
                    .isEqualTo(result.configDigest().orElseThrow());
            OciLayout.sink(layout, "v1").write(pushed, ProgressTask.silent());
            for (Layer layer : pushed.image(Platform.linuxOnThisMachine()).layers()) {
                try (InputStream in = layer.openCompressed()) {
                    assertThat(Digest.sha256(in.readAllBytes()))
                            .isEqualTo(layer.descriptor().digest());
                }
            }
        }
        assertThat(OciLayout.tags(layout)).containsExactly("v1");
    }

    @Test
    void pushWithoutCredentialsFailsAndNamesTheRegistry() {
        SolveRequest request = DockerfileBuild.of(context.folder())
                .tag(reference("app/refused"))
                .export(BuildExport.image().attribute("push", "true"))
                .toRequest();

        assertThatThrownBy(() -> exporter.solve(request, ProgressTask.silent()))
                .isInstanceOf(SandboxImageException.class)
                .hasMessageContaining(registry.address())
                .hasMessageNotContaining(PASSWORD);
    }

    private DockerfileBuild build() {
        return DockerfileBuild.of(context.folder()).credentials(credentials());
    }

    private static String reference(String repository) {
        return registry.address() + "/" + repository;
    }

    private static CredentialProvider credentials() {
        return CredentialProvider.of(registry.address(), Credentials.basic(USER, PASSWORD));
    }

    private Steps build(BuildKitClient client, DockerfileBuild build) {
        Path layout = folder.resolve("layout-" + (client == exporter ? "exporter" : "importer"));
        List<ProgressEvent> events = new CopyOnWriteArrayList<>();
        SolveResult result = client.solve(
                build.export(BuildExport.ociLayout(layout)).toRequest(), ProgressTask.root(events::add, "build"));
        try (ImageSource image = OciLayout.source(layout, result.descriptor().orElseThrow())) {
            return new Steps(
                    stepsRun(events),
                    warnings(events),
                    image.descriptor().digest(),
                    image.image(image.descriptor()).config().diffIds());
        }
    }

    private static List<String> stepsRun(List<ProgressEvent> events) {
        Map<Long, String> steps = events.stream()
                .filter(ProgressEvent.Started.class::isInstance)
                .map(ProgressEvent.Started.class::cast)
                .filter(started -> started.label().startsWith("["))
                .filter(started -> !started.label().startsWith("[internal]"))
                .collect(Collectors.toMap(ProgressEvent.Started::task, ProgressEvent.Started::label));
        return events.stream()
                .filter(ProgressEvent.Finished.class::isInstance)
                .map(ProgressEvent.Finished.class::cast)
                .filter(finished -> finished.outcome() != ProgressEvent.Outcome.CACHED)
                .flatMap(finished -> Stream.ofNullable(steps.get(finished.task())))
                .toList();
    }

    private static List<String> warnings(List<ProgressEvent> events) {
        return events.stream()
                .filter(ProgressEvent.Message.class::isInstance)
                .map(ProgressEvent.Message.class::cast)
                .filter(message -> message.level() == ProgressEvent.Level.WARNING)
                .map(ProgressEvent.Message::text)
                .toList();
    }

    /** @param run what was not taken from a cache */
    private record Steps(List<String> run, List<String> warnings, Digest digest, List<Digest> layers) {}
}
