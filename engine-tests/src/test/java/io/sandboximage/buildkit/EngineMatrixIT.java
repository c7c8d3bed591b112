package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.buildkit.MatrixEngines.Kind;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.docker.LoadStrategy;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same builds with every kind of daemon; what one of them cannot do has to be a clear error there. */
@RequiresEngine({
    Engine.DOCKER_20,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.BUILDKITD,
    Engine.BUILDCTL,
    Engine.RUNC,
    Engine.BUSYBOX_STATIC,
    Engine.OPENSSL
})
class EngineMatrixIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String MARK = "the step runs";

    @TempDir
    static Path state;

    private static MatrixEngines engines;

    @TempDir
    Path folder;

    private BuildContext context;

    @BeforeAll
    static void prepare() throws IOException {
        engines = new MatrixEngines(state);
    }

    @AfterAll
    static void stop() {
        engines.close();
    }

    @BeforeEach
    void makeContext() throws IOException {
        context = new BuildContext(Files.createDirectory(folder.resolve("context"))).busybox();
    }

    @ParameterizedTest
    @EnumSource
    void tellsVersionAndWorkers(Kind kind) {
        assertThat(client(kind).version().isPresent()).isEqualTo(!kind.old());
        assertThat(client(kind).workers()).isNotEmpty().first().satisfies(worker -> assertThat(worker.platforms())
                .contains(Platform.LINUX_AMD64));
    }

    @ParameterizedTest
    @EnumSource
    void buildsWithCopyRunSecretAndArgument(Kind kind) throws IOException {
        context.file("a.txt", "copied").dockerfile(BuildContext.BUSYBOX_STAGE + """
                        COPY a.txt /a.txt
                        ARG GREETING
                        RUN --mount=type=secret,id=token echo "$GREETING, $(cat /a.txt), $(wc -c < /run/secrets/token)" > /result
                        """);

        client(kind)
                .solve(
                        build().buildArg("GREETING", "hello")
                                .secret("token", SecretSource.of("four".getBytes(StandardCharsets.UTF_8)))
                                .export(BuildExport.directory(folder.resolve("out")))
                                .toRequest(),
                        ProgressTask.silent());

        assertThat(folder.resolve("out/result")).hasContent("hello, copied, 4");
    }

    @ParameterizedTest
    @EnumSource
    void failedStepTellsWhereAndWhy(Kind kind) throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "RUN echo some output && \\\n    exit 7\n");

        BuildFailedException failure = catchThrowableOfType(
                BuildFailedException.class, () -> solve(kind, BuildExport.directory(folder.resolve("out"))));

        BuildFailedException.Failure details = failure.failure().orElseThrow();
        assertThat(details.exitCode()).hasValue(7);
        assertThat(details.step()).hasValueSatisfying(step -> assertThat(step).contains("exit 7"));
        assertThat(details.logTail()).containsExactly("some output");
        assertThat(details.source()).hasValueSatisfying(source -> {
            assertThat(source.file()).isEqualTo("Dockerfile");
            assertThat(source.firstLine()).isEqualTo(4);
            assertThat(source.excerpt()).contains(">>> RUN echo some output");
        });
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void mistakesInTheDockerfileTellTheirLine(Kind kind) throws IOException {
        context.dockerfile("FROM scratch\nCOPPY a b\n");
        assertThatThrownBy(() -> solve(kind, BuildExport.directory(folder.resolve("out"))))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("Dockerfile:2")
                .hasMessageContaining("COPPY");

        context.dockerfile("FROM scratch\n\nCOPY nothing-of-that-name /\n");
        assertThatThrownBy(() -> solve(kind, BuildExport.directory(folder.resolve("out"))))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("Dockerfile:3")
                .hasMessageContaining("nothing-of-that-name");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMissingIsNamed(Kind kind) throws IOException {
        BuildExport export = BuildExport.directory(folder.resolve("out"));
        assertThatThrownBy(() -> solve(kind, export))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("Dockerfile");

        context.dockerfile(BuildContext.BUSYBOX_STAGE
                + "RUN --mount=type=secret,id=password,required=true cat /run/secrets/password\n");
        assertThatThrownBy(() -> solve(kind, export))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("password");

        assertThatThrownBy(() -> client(kind)
                        .solve(build().target("nowhere").export(export).toRequest(), ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nowhere");
    }

    @ParameterizedTest
    @EnumSource
    void cancellingReachesTheDaemon(Kind kind) throws Exception {
        String seconds = "7" + (1000 + kind.ordinal());
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "RUN echo " + MARK + " && sleep " + seconds + "\n");
        CountDownLatch started = new CountDownLatch(1);
        ProgressListener listener = event -> {
            if (event instanceof ProgressEvent.Message message && message.text().equals(MARK)) {
                started.countDown();
            }
        };
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> build = thread.submit(() -> client(kind)
                    .solve(
                            build().export(BuildExport.directory(folder.resolve("out")))
                                    .toRequest(),
                            ProgressTask.root(listener, "build")));
            assertThat(started.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            assertThat(stepRuns(seconds)).isTrue();

            thread.shutdownNow();

            assertThatThrownBy(() -> build.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                    .hasCauseInstanceOf(CancelledException.class);
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (stepRuns(seconds) && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(stepRuns(seconds)).isFalse();
        } finally {
            thread.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource
    void imageExportGoesIntoTheDaemon(Kind kind) throws IOException {
        context.dockerfile(
                BuildContext.BUSYBOX_STAGE + "RUN echo " + kind + " > /result\nCMD [\"cat\", \"/result\"]\n");
        String name = "matrix-" + kind.name().toLowerCase(Locale.ROOT) + ":built";

        SolveResult result = solve(kind, BuildExport.image().attribute("name", name));

        assertThat(result.digest()).isPresent();
        if (kind.embedded()) {
            assertThat(engines.docker(kind)
                            .docker("run", "--rm", "--network=none", name)
                            .run()
                            .orFail()
                            .output())
                    .isEqualTo(kind + "\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void layoutExportIsAnImageOrAClearError(Kind kind) throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "RUN echo built > /result\nENV A=b\n");
        Path layout = folder.resolve("layout");

        if (kind.classicStore()) {
            assertRefused(kind, BuildExport.ociLayout(layout), "export \"oci\"");
            assertThat(layout).doesNotExist();
            return;
        }
        SolveResult result = solve(kind, BuildExport.ociLayout(layout));
        try (ImageSource image = OciLayout.source(layout)) {
            assertThat(image.descriptor().digest()).isEqualTo(result.digest().orElseThrow());
            assertThat(image.image(Platform.LINUX_AMD64).config().diffIds()).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void builderGivesAnImageThatCanBeReadAnywhere(Kind kind) throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "ARG A\nRUN echo $A > /result\n");
        BuildRequest request =
                BuildRequest.dockerfile(context.folder(), "Dockerfile").buildArg("A", kind.name());

        try (BuildKitBuilder builder = BuildKitBuilder.at(engines.address(kind))) {
            try (ImageSource image = builder.build(request, ProgressTask.silent())) {
                assertThat(image.image(Platform.LINUX_AMD64).config().diffIds()).hasSize(3);
            }
            Path layout = folder.resolve("layout");
            try (ImageSource image = builder.layout(layout).build(request, ProgressTask.silent())) {
                assertThat(image.image(Platform.LINUX_AMD64).layers()).hasSize(3);
                assertThat(OciLayout.tags(layout)).isEmpty();
            }
        }
        if (kind.embedded()) {
            assertThat(engines.docker(kind)
                            .docker("images", "--quiet", "sandbox-image-build")
                            .run()
                            .orFail()
                            .output())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER_20", "DOCKER_28_CLASSIC", "DOCKER_28_CONTAINERD", "DOCKER_28_TLS"})
    void enginesTakeImagesOverUnixSocketsAndMutualTls(Kind kind) throws IOException {
        DockerHost host = kind == Kind.DOCKER_28_TLS
                ? engines.secureHost("localhost", engines.certificates().folder())
                : engines.host(kind);
        String tag = "matrix/loaded:" + kind.name().toLowerCase(Locale.ROOT);
        try (DockerEngine engine = DockerEngine.at(host)) {
            DockerLoader loader = DockerLoader.into(engine).tag(tag);
            for (String text : new String[] {"first", "second"}) {
                ImageSource image = ImageAssembly.scratch(Platform.LINUX_AMD64)
                        .layer(LayerSpec.empty().file("/bin/busybox", Engine.BUSYBOX_STATIC.path(), 0755))
                        .layer(LayerSpec.empty().file("/" + kind, text.getBytes(StandardCharsets.UTF_8), 0644))
                        .cmd("/bin/busybox", "cat", "/" + kind)
                        .produce(ProgressTask.silent());
                LoadReport report = loader.load(image, ProgressTask.silent());
                // The engine that also speaks TLS may have busybox from the socket's turn.
                assertThat(report.layersSent()).isBetween(1, text.equals("first") ? 2 : 1);
                assertThat(loader.load(image, ProgressTask.silent()).strategy()).isEqualTo(LoadStrategy.SKIP);
                assertThat(engines.docker(kind)
                                .docker("run", "--rm", "--network=none", tag)
                                .run()
                                .orFail()
                                .output())
                        .isEqualTo(text);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void archiveExportIsAnImageOrAClearError(Kind kind) throws IOException {
        context.dockerfile("FROM scratch\nCOPY Dockerfile /\n");
        Path archive = folder.resolve("image.tar");

        if (kind.classicStore()) {
            assertRefused(kind, BuildExport.dockerArchive(archive), "export \"docker\"");
            assertThat(archive).doesNotExist();
            return;
        }
        solve(kind, BuildExport.dockerArchive(archive));
        assertThat(archive).content(StandardCharsets.ISO_8859_1).contains("manifest.json");
    }

    @ParameterizedTest
    @EnumSource
    void severalPlatformsMakeAnIndexOrAClearError(Kind kind) throws IOException {
        context.dockerfile("FROM scratch\nCOPY Dockerfile /\n");
        SolveRequest request = build().platform(Platform.LINUX_AMD64)
                .platform(Platform.of("linux", "arm64"))
                .export(BuildExport.image().attribute("name", "matrix-platforms:built"))
                .toRequest();

        if (kind.classicStore()) {
            assertThatThrownBy(() -> client(kind).solve(request, ProgressTask.silent()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("several platforms");
            return;
        }
        assertThat(client(kind)
                        .solve(request, ProgressTask.silent())
                        .descriptor()
                        .orElseThrow()
                        .mediaType())
                .containsAnyOf("index", "list");
    }

    @ParameterizedTest
    @EnumSource
    void cacheExportFillsADirectoryOrIsAClearError(Kind kind) throws IOException {
        context.dockerfile("FROM scratch\nCOPY Dockerfile /\n");
        Path cache = folder.resolve("cache");
        SolveRequest request = SolveRequest.frontend("dockerfile.v0")
                .directory("context", context.folder())
                .directory("dockerfile", context.folder())
                .cacheExport(new CacheOption("local", Map.of("dest", cache.toString())))
                .build();

        if (kind.classicStore()) {
            assertThatThrownBy(() -> client(kind).solve(request, ProgressTask.silent()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("cache of type \"local\"");
            return;
        }
        client(kind).solve(request, ProgressTask.silent());
        assertThat(cache.resolve("blobs")).isDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void severalExportsAreAllMadeOrRefused(Kind kind) throws IOException {
        context.dockerfile("FROM scratch\nCOPY Dockerfile /\n");
        SolveRequest request = build().export(BuildExport.directory(folder.resolve("out")))
                .export(BuildExport.tar(folder.resolve("out.tar")))
                .toRequest();

        if (kind.old()) {
            assertThatThrownBy(() -> client(kind).solve(request, ProgressTask.silent()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("older than 26.0");
            return;
        }
        client(kind).solve(request, ProgressTask.silent());
        assertThat(folder.resolve("out/Dockerfile")).exists();
        assertThat(folder.resolve("out.tar")).isNotEmptyFile();
    }

    @ParameterizedTest
    @EnumSource
    void hostGatewayIsKnownToEnginesThatTellIt(Kind kind) throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "RUN cp /etc/hosts /result\n");
        SolveRequest request = build().addHost("gateway.example.com", "host-gateway")
                .export(BuildExport.directory(folder.resolve("out")))
                .toRequest();

        if (!kind.embedded() || kind.old()) {
            assertThatThrownBy(() -> client(kind).solve(request, ProgressTask.silent()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("host-gateway");
            return;
        }
        client(kind).solve(request, ProgressTask.silent());
        assertThat(folder.resolve("out/result")).content().containsPattern("[0-9.]+\\s+gateway.example.com");
    }

    @ParameterizedTest
    @EnumSource
    void unknownExporterIsAClearError(Kind kind) throws IOException {
        context.dockerfile("FROM scratch\nCOPY Dockerfile /\n");

        assertThatThrownBy(() -> solve(kind, new BuildExport("teapot", Map.of(), new BuildExport.Target.None())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("\"teapot\"")
                .hasMessageContaining(client(kind).address().toString());
    }

    private void assertRefused(Kind kind, BuildExport export, String what) {
        assertThatThrownBy(() -> solve(kind, export))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(client(kind).address().toString())
                .hasMessageContaining("classic store")
                .hasMessageContaining(what);
    }

    private SolveResult solve(Kind kind, BuildExport export) {
        return client(kind).solve(build().export(export).toRequest(), ProgressTask.silent());
    }

    private DockerfileBuild build() {
        return DockerfileBuild.of(context.folder());
    }

    private static BuildKitClient client(Kind kind) {
        return engines.client(kind);
    }

    /** Steps of all daemons are processes of this machine, whatever namespaces they are in. */
    private static boolean stepRuns(String seconds) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").endsWith(" " + seconds));
    }
}
