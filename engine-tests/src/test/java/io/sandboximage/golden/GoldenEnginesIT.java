package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.ImageStoreKind;
import io.sandboximage.docker.golden.EngineRun;
import io.sandboximage.docker.golden.GoldenEngine;
import io.sandboximage.golden.LoopDisk.FileSystem;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.Layer;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.io.FileTrees;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions on goldens with real engines, for each engine, file system and strategy. Small unless {@code sandboximage.golden.megabytes}, {@code
 * .files}, {@code .sessions}, {@code .atOnce} say otherwise; {@code sandboximage.golden.all=true} takes every combination, and {@code
 * sandboximage.golden.only} those whose name contains it, for instance {@code "V28_CONTAINERD, BTRFS"}.
 */
@RequiresEngine({
    Engine.DOCKER_20,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.BUSYBOX_STATIC,
    Engine.RUNC,
    Engine.LOOP_MOUNTS
})
class GoldenEnginesIT {
    private static final int MEGABYTES = Integer.getInteger("sandboximage.golden.megabytes", 40);
    private static final int FILES = Integer.getInteger("sandboximage.golden.files", 2000);
    private static final int SESSIONS = Integer.getInteger("sandboximage.golden.sessions", 2);
    private static final int AT_ONCE = Integer.getInteger("sandboximage.golden.atOnce", 2);
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final long IMAGE_BYTES = 512_000_000L + MEGABYTES * 4_000_000L;
    private static final long DISK_BYTES = 4_000_000_000L + MEGABYTES * 8_000_000L;

    @TempDir
    Path folder;

    static Stream<Arguments> combinations() {
        // Each engine, each file system and each strategy but the simplest.
        List<Arguments> some = List.of(
                Arguments.of(Kind.V20_CLASSIC, FileSystem.EXT4, GoldenStrategy.LAYER_FARM),
                Arguments.of(Kind.V28_CONTAINERD, FileSystem.EXT4, GoldenStrategy.LAYER_FARM),
                Arguments.of(Kind.V28_CONTAINERD, FileSystem.XFS, GoldenStrategy.REFLINKED_IMAGE),
                Arguments.of(Kind.V28_CLASSIC, FileSystem.BTRFS, GoldenStrategy.BTRFS_SNAPSHOT));
        List<Arguments> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (FileSystem type : FileSystem.values()) {
                all.add(Arguments.of(kind, type, GoldenStrategy.LAYER_FARM));
                all.add(Arguments.of(kind, type, GoldenStrategy.COPY));
            }
            all.add(Arguments.of(kind, FileSystem.XFS, GoldenStrategy.REFLINKED_IMAGE));
            all.add(Arguments.of(kind, FileSystem.BTRFS, GoldenStrategy.REFLINKED_IMAGE));
            all.add(Arguments.of(kind, FileSystem.BTRFS, GoldenStrategy.BTRFS_SNAPSHOT));
        }
        String only = System.getProperty("sandboximage.golden.only");
        if (only != null) {
            return all.stream().filter(a -> List.of(a.get()).toString().contains(only));
        }
        return (Boolean.getBoolean("sandboximage.golden.all") ? all : some).stream();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void sessionsHaveAllImagesAndLeaveTheGoldenAsItWas(
            Kind kind, FileSystem type, GoldenStrategy strategy, TestReporter reporter) throws Exception {
        Path content = Files.createDirectories(folder.resolve("content"));
        Map<String, ImageSource> images = GoldenImages.make(content, MEGABYTES, FILES);
        SortedMap<String, List<Digest>> layers = new TreeMap<>();
        images.forEach((name, image) -> layers.put(name, declared(image)));
        GoldenEngine dockerd = engine(kind);
        try (LoopDisk disk = LoopDisk.make(type, folder, DISK_BYTES)) {
            try (GoldenStore store = GoldenStore.builder(disk.path().resolve("golden"))
                    .strategy(strategy)
                    .imageBytes(IMAGE_BYTES)
                    .validation(dockerd.trialStart())
                    .open()) {
                GoldenGeneration golden;
                try (GoldenDraft draft = store.draft("app")) {
                    dockerd.fill(draft, images, ProgressTask.silent());
                    leaveContainer(dockerd, draft, layers.firstKey());
                    golden = draft.publish(Map.of());
                }
                try (GoldenView view = store.view(golden)) {
                    assertThat(find("left-behind", store.root(), view.dataRoot()))
                            .isEmpty();
                }
                FileTrees.delete(content); // For the disk.
                assertThat(golden.images()).hasSize(GoldenImages.COUNT);
                assertThat(golden.files()).isGreaterThan(FILES);
                assertThat(golden.sizeBytes()).isGreaterThan(MEGABYTES * 1_000_000L);
                String before = fingerprint(store.root());

                long start = System.nanoTime();
                runSessions(store, dockerd, golden, layers);
                reporter.publishEntry(
                        "%s, %s, %s: %d MB, %d files"
                                .formatted(kind, type, strategy, golden.sizeBytes() / 1_000_000, golden.files()),
                        "%d sessions, %d at once, in %d s"
                                .formatted(
                                        SESSIONS,
                                        AT_ONCE,
                                        Duration.ofNanos(System.nanoTime() - start)
                                                .toSeconds()));

                assertThat(fingerprint(store.root())).isEqualTo(before);
                assertThat(store.sessions()).isEmpty();
                CollectReport report = store.collect();
                assertThat(report.generations()).isEmpty();
                assertThat(report.leftovers()).isZero();
                assertThat(report.layers()).isZero();
                assertThat(report.kept()).isEmpty();
            }
            assertThat(Command.of("losetup", "--list", "--noheadings", "--output", "BACK-FILE")
                            .run()
                            .orFail()
                            .output())
                    .doesNotContain(disk.path() + "/");
        }
    }

    private static void leaveContainer(GoldenEngine dockerd, GoldenDraft draft, String image) {
        try (EngineRun run = dockerd.start(draft.dataRoot())) {
            docker(run, "volume", "create", "left");
            docker(run, "run", "--network=none", image, "/bin/busybox", "sh", "-c", "echo > /left-behind");
            run.stop();
        }
    }

    private static String find(String name, Path... places) {
        return Command.of("find")
                .with((Object[]) places)
                .with("-name", name)
                .timeout(LIMIT)
                .run()
                .orFail()
                .output();
    }

    private void runSessions(
            GoldenStore store, GoldenEngine dockerd, GoldenGeneration golden, Map<String, List<Digest>> layers)
            throws Exception {
        Path context = Files.createDirectory(folder.resolve("context"));
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                String name = "session-" + i;
                // All of them once; they are large.
                int saved = i == 0 ? layers.size() : 1;
                running.add(threads.submit(() -> {
                    useOne(store.open("app", name), dockerd, golden, layers, saved, context);
                    return null;
                }));
            }
            for (Future<?> session : running) {
                session.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** What a developer does in a session: look, run, build, save, clean up. */
    private static void useOne(
            GoldenSession session,
            GoldenEngine dockerd,
            GoldenGeneration golden,
            Map<String, List<Digest>> layers,
            int saved,
            Path context)
            throws Exception {
        try (EngineRun run = dockerd.start(session.dataRoot())) {
            assertThat(docker(run, "image", "ls", "--format={{.Repository}}:{{.Tag}}")
                            .lines())
                    .containsExactlyInAnyOrderElementsOf(layers.keySet());
            assertThat(docker(run, "ps", "--all", "--quiet")).isEmpty();
            assertThat(docker(run, "volume", "ls", "--quiet")).isEmpty();
            for (String name : layers.keySet()) {
                GoldenImage image = golden.images().stream()
                        .filter(i -> i.name().endsWith(name))
                        .findFirst()
                        .orElseThrow();
                assertThat(run.engine().image(name).id()).isEqualTo(image.id());
                assertThat(docker(run, "run", "--rm", "--network=none", name)).isEqualTo("image " + name.charAt(7));
            }
            String first = layers.keySet().iterator().next();
            commit(run, first, session.name());
            build(run, first, session.name(), context);
            for (String name : layers.keySet().stream().limit(saved).toList()) {
                try (ImageSource source = run.engine().source(name)) {
                    assertThat(diffIds(source)).as(name).isEqualTo(layers.get(name));
                }
            }
            docker(run, "image", "rm", "--force", first, "golden-1:latest");
            docker(run, "system", "prune", "--force");
            run.stop();
        }
        session.release();
        assertThat(session.dataRoot()).doesNotExist();
    }

    /** A container changes, adds and deletes files of the golden; what it did becomes an image. */
    private static void commit(EngineRun run, String base, String name) {
        docker(
                run,
                "run",
                "--network=none",
                "--name=" + name,
                base,
                "/bin/busybox",
                "sh",
                "-c",
                "echo more >> /data-0/0/0; echo new > /name; /bin/busybox rm -r /data-1; /bin/busybox chmod 700"
                        + " /data-2");
        docker(run, "commit", "--change=CMD [\"/bin/busybox\",\"cat\",\"/name\"]", name, "committed:1");
        docker(run, "rm", name);
        assertThat(docker(run, "run", "--rm", "--network=none", "committed:1")).isEqualTo("new");
        docker(run, "image", "rm", "committed:1");
    }

    /** The engine's own builder, on top of an image of the golden. */
    private static void build(EngineRun run, String base, String name, Path context) {
        String dockerfile = """
            FROM %s
            RUN echo built >> /data-0/0/0 && /bin/busybox rm -r /data-1 && echo %s > /built
            CMD ["/bin/busybox", "cat", "/built"]
            """.formatted(base, name);
        try (BuildKitClient client = BuildKitClient.connect(BuildKitAddress.docker(DockerHost.parse(run.address())))) {
            client.solve(
                    DockerfileBuild.of(context)
                            .dockerfile(dockerfile)
                            .network("none")
                            .export(BuildExport.image().attribute("name", "built:1"))
                            .toRequest(),
                    ProgressTask.silent());
        }
        assertThat(docker(run, "run", "--rm", "--network=none", "built:1")).isEqualTo(name);
        docker(run, "image", "rm", "built:1");
    }

    private static List<Digest> declared(ImageSource image) {
        return image.image(Platform.LINUX_AMD64).layers().stream()
                .map(Layer::diffId)
                .toList();
    }

    /** Of the bytes that the engine gives for each layer. */
    private static List<Digest> diffIds(ImageSource saved) throws Exception {
        Image image = saved.image(Platform.LINUX_AMD64);
        List<Digest> digests = new ArrayList<>();
        for (Layer layer : image.layers()) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(uncompressed(layer), sha256)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            digests.add(Digest.parse("sha256:" + HexFormat.of().formatHex(sha256.digest())));
        }
        return digests;
    }

    private static InputStream uncompressed(Layer layer) throws IOException {
        InputStream in = new BufferedInputStream(layer.openCompressed());
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in) : in;
    }

    private static GoldenEngine engine(Kind kind) {
        Engine program = kind == Kind.V20_CLASSIC ? Engine.DOCKER_20 : Engine.DOCKER_28;
        return GoldenEngine.of(program.path())
                .store(kind.containerdStore() ? ImageStoreKind.CONTAINERD : ImageStoreKind.CLASSIC)
                .limits(LIMIT, LIMIT);
    }

    private static String docker(EngineRun run, Object... arguments) {
        return Command.of(Engine.DOCKER_CLI.path())
                .env("DOCKER_HOST", run.address())
                .with(arguments)
                .timeout(LIMIT)
                .run()
                .orFail()
                .output()
                .strip();
    }

    /** Every byte, attribute and time of the generations and of the layers that they share. */
    private static String fingerprint(Path store) throws IOException {
        Files.createDirectories(store.resolve("layers"));
        return Command.of(
                        "sh",
                        "-c",
                        "tar --create --sort=name --xattrs --xattrs-include='*'"
                                + " --numeric-owner --exclude=used"
                                // When files were read changes, and the archiver's own process number.
                                + " --pax-option=exthdr.name=%d/%f,delete=atime,delete=ctime"
                                + " projects layers | b2sum")
                .in(store)
                .timeout(LIMIT)
                .run()
                .orFail()
                .output();
    }
}
