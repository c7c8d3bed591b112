package io.sandboximage.benchmarks;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.docker.ImageStoreKind;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Ways from a BuildKit daemon into a separate Docker engine, in turns: the whole image as an archive (what {@code --load} does),
 * a registry between them, and ours. Every way includes its build. Prints a section of {@code benchmarks/RESULTS.md}. Started by
 * {@code benchmarks/bin/docker-load}.
 */
public final class DockerLoadComparison {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final String ARCHIVE = "whole archive (buildctl \\| docker load)";
    private static final String REGISTRY = "registry (push, pull)";
    private static final String OURS = "sandbox-image";
    private static final String TAG = "bench/load:latest";

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final int runs;
    private final LayeredContext context;
    private int version;

    private DockerLoadComparison(BenchmarkRun run) {
        this.work = run.work();
        this.runs = run.number("--runs");
        int layers = run.number("--layers");
        this.context =
                new LayeredContext(work.resolve("context"), layers, run.number("--megabytes") * 1_000_000L / layers);
    }

    /** @param arguments {@code [--dir DIR] [--layers N] [--megabytes M] [--runs N]} */
    public static void main(String[] arguments) throws IOException {
        try (BenchmarkRun run =
                BenchmarkRun.of("docker-load", arguments, "--layers", "95", "--megabytes", "1500", "--runs", "3")) {
            new DockerLoadComparison(run).run();
        }
    }

    private void run() throws IOException {
        context.write();
        describe();
        // By itself it collects garbage on a disk that is rather full, and with it what is measured here.
        try (BuildKitProcess buildKit = BuildKitProcess.start(
                        Files.createDirectory(work.resolve("buildkit")), "--oci-worker-gc=false");
                BuildKitBuilder builder = BuildKitBuilder.at(BuildKitAddress.parse(buildKit.address()))
                        .inPlace();
                RegistryProcess registry = RegistryProcess.start(
                        Engine.DOCKER_REGISTRY, Files.createDirectory(work.resolve("registry")))) {
            // Everything is built once before anything is measured.
            builder.build(request(), ProgressTask.silent()).close();
            for (Kind kind : List.of(Kind.V28_CLASSIC, Kind.V28_CONTAINERD)) {
                Path folder = Files.createDirectory(work.resolve(kind.name()));
                try (DockerProcess docker = DockerProcess.startOnHostNetwork(kind, folder);
                        DockerEngine engine = DockerEngine.at(DockerHost.unix(docker.socket()))) {
                    compare(new Ways(
                            buildKit,
                            // As sandbox-image build --load has it.
                            builder.forLoading(
                                    kind.containerdStore() ? ImageStoreKind.CONTAINERD : ImageStoreKind.CLASSIC),
                            registry,
                            docker,
                            engine));
                }
                Command.of("rm", "-rf", folder).timeout(LIMIT).run();
            }
        }
    }

    private void compare(Ways ways) throws IOException {
        String store = ways.docker.kind().containerdStore() ? "containerd" : "classic";
        out.printf(
                Locale.ROOT,
                "%n### Engine 28.5, %s store%n%n| Situation | Way | s, min | s, median | Archive = 1 (median)"
                        + " |%n|---|---|---|---|---|%n",
                store);
        List<Double> archiveNew = List.of(ways.archive());
        print("engine empty", ARCHIVE, archiveNew, archiveNew);

        // Code that a long-running service has compiled by then.
        for (int i = 0; i < 3; i++) {
            ways.ours();
        }
        List<Double> archive = new ArrayList<>();
        List<Double> registry = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> overhead = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        ways.registry();
        for (int i = 0; i < runs; i++) {
            bare.add(ways.onlyTheBuild());
            archive.add(ways.archive());
            registry.add(ways.registry());
            Measured measured = ways.ours();
            ours.add(measured.seconds);
            overhead.add(measured.load.timings().total().toNanos() / 1e9);
        }
        print("unchanged", ARCHIVE, archive, archive);
        print("unchanged", REGISTRY, registry, archive);
        print("unchanged", OURS, ours, archive);
        print("unchanged", OURS + ", only the build", bare, archive);
        print("unchanged", OURS + ", without the build", overhead, archive);

        archive.clear();
        registry.clear();
        ours.clear();
        overhead.clear();
        String how = "";
        for (int i = 0; i < runs; i++) {
            context.changeTop(++version);
            archive.add(ways.archive());
            context.changeTop(++version);
            registry.add(ways.registry());
            context.changeTop(++version);
            Measured measured = ways.ours();
            ours.add(measured.seconds);
            overhead.add(measured.load.timings().total().toNanos() / 1e9);
            how = measured.load.strategy() + ", " + measured.load.layersSent() + " layer";
        }
        print("top layer changed", ARCHIVE, archive, archive);
        print("top layer changed", REGISTRY, registry, archive);
        print("top layer changed", OURS + " (" + how + ")", ours, archive);
        print("top layer changed", OURS + ", without the build", overhead, archive);
    }

    private void describe() {
        out.printf(
                Locale.ROOT,
                """
                ## Into a Docker engine

                `benchmarks/bin/docker-load --layers %d --megabytes %d --runs %d`

                From a buildkitd over its unix socket into a separate engine on the same machine, the build included: content that does
                not compress, gzip layers; the changed top layer has 10 MB, which ours leaves uncompressed for the classic store and
                packs at gzip's fastest level for containerd's. Ours runs in a JVM that runs already, with `-Xmx%dm`.
                "Unchanged" with an archive is what `--load` does every time, with all layers in the engine already.

                %s.
                """,
                context.layers(),
                context.layers() * context.layerBytes() / 1_000_000,
                runs,
                Runtime.getRuntime().maxMemory() >> 20,
                BenchmarkRun.where());
    }

    private void print(String situation, String way, List<Double> times, List<Double> reference) {
        out.printf(
                Locale.ROOT,
                "| %s | %s | %.3f | %.3f | %.1f |%n",
                situation,
                way,
                Times.min(times),
                Times.median(times),
                Times.median(reference) / Times.median(times));
    }

    private BuildRequest request() {
        return BuildRequest.dockerfile(context.folder(), "Dockerfile");
    }

    private record Measured(double seconds, LoadReport load) {}

    /** The ways into one engine. */
    private final class Ways {
        private final BuildKitProcess buildKit;
        private final BuildKitBuilder builder;
        private final RegistryProcess registry;
        private final DockerProcess docker;
        private final DockerEngine engine;

        Ways(
                BuildKitProcess buildKit,
                BuildKitBuilder builder,
                RegistryProcess registry,
                DockerProcess docker,
                DockerEngine engine) {
            this.buildKit = buildKit;
            this.builder = builder;
            this.registry = registry;
            this.docker = docker;
            this.engine = engine;
        }

        double archive() {
            return timed(shell("set -o pipefail; " + build("type=docker,name=" + TAG) + " | docker load"));
        }

        double registry() {
            String reference = registry.address() + "/bench/load:latest";
            return timed(shell(build("type=image,name=" + reference + ",push=true,registry.insecure=true")
                    + " && docker pull -q " + reference + " && docker tag " + reference + " " + TAG));
        }

        Measured ours() {
            long start = System.nanoTime();
            try (ImageSource image = builder.build(request(), ProgressTask.silent())) {
                LoadReport report = DockerLoader.into(engine).tag(TAG).load(image, ProgressTask.silent());
                return new Measured(Times.since(start), report);
            }
        }

        double onlyTheBuild() {
            long start = System.nanoTime();
            builder.build(request(), ProgressTask.silent()).close();
            return Times.since(start);
        }

        private String build(String output) {
            return "buildctl --addr " + buildKit.address()
                    + " build --progress=plain --frontend dockerfile.v0 --local context="
                    + context.folder() + " --local dockerfile=" + context.folder() + " --output " + output;
        }

        private Command shell(String script) {
            return Command.of("bash", "-ec", script)
                    .env("DOCKER_HOST", docker.address())
                    .env(
                            "PATH",
                            Engine.DOCKER_CLI.path().getParent() + ":"
                                    + Engine.BUILDCTL.path().getParent() + ":"
                                    + System.getenv().getOrDefault("PATH", "/usr/bin"))
                    .timeout(LIMIT);
        }

        private static double timed(Command command) {
            return command.run().orFail().took().toNanos() / 1e9;
        }
    }
}
