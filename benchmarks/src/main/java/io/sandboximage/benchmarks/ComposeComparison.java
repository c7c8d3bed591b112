package io.sandboximage.benchmarks;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.compose.ComposeBuilder;
import io.sandboximage.compose.ComposeCommand;
import io.sandboximage.compose.ComposeDecision;
import io.sandboximage.compose.ComposeImage;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.LoadStrategy;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A compose project of four services that are as they were, built by a buildkitd for a separate Docker engine: {@code docker
 * compose build} with a remote builder, which loads whole archives, beside ours, in turns. Prints a section of
 * {@code benchmarks/RESULTS.md}. Started by {@code benchmarks/bin/compose}.
 */
public final class ComposeComparison {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final int SERVICES = 4;
    private static final int LAYERS = 10;
    private static final String COMPOSE = "docker compose build (whole archives)";
    private static final String OURS = "sandbox-image compose build";

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final int megabytes;
    private final int runs;

    private ComposeComparison(BenchmarkRun run) {
        this.work = run.work();
        this.megabytes = run.number("--megabytes");
        this.runs = run.number("--runs");
    }

    /** @param arguments {@code [--dir DIR] [--megabytes M] [--runs N]}; M for each service */
    public static void main(String[] arguments) throws IOException {
        try (BenchmarkRun run = BenchmarkRun.of("compose", arguments, "--megabytes", "200", "--runs", "3")) {
            new ComposeComparison(run).run();
        }
    }

    private void run() throws IOException {
        Path project = writeProject();
        describe();
        try (BuildKitProcess buildKit = BuildKitProcess.start(Files.createDirectory(work.resolve("buildkit")))) {
            for (Kind kind : List.of(Kind.V28_CLASSIC, Kind.V28_CONTAINERD)) {
                Path folder = Files.createDirectory(work.resolve(kind.name()));
                try (DockerProcess docker = DockerProcess.startOnHostNetwork(kind, folder);
                        DockerEngine engine = DockerEngine.at(DockerHost.unix(docker.socket()));
                        BuildKitBuilder builder = BuildKitBuilder.at(BuildKitAddress.parse(buildKit.address()))) {
                    docker.docker("buildx", "create", "--name", "remote", "--driver", "remote", buildKit.address())
                            .run()
                            .orFail();
                    compare(new Ways(project, buildKit, docker, ComposeBuilder.of(builder, engine)), kind);
                }
            }
        }
    }

    /** Each service has its own base layers and one layer for all: what compose transfers, it transfers for each. */
    private Path writeProject() throws IOException {
        Path project = Files.createDirectory(work.resolve("project"));
        StringBuilder file = new StringBuilder("name: bench\nservices:\n");
        for (int i = 0; i < SERVICES; i++) {
            Path context = project.resolve("service" + i);
            new LayeredContext(context, LAYERS, megabytes * 1_000_000L / LAYERS).write();
            Files.writeString(context.resolve("own"), "service " + i);
            Path dockerfile = context.resolve("Dockerfile");
            Files.writeString(
                    dockerfile, Files.readString(dockerfile).replace("scratch\n", "scratch\nCOPY own /own\n"));
            file.append("  s").append(i).append(": {build: ./service").append(i).append("}\n");
        }
        Files.writeString(project.resolve("compose.yaml"), file);
        return project;
    }

    private void compare(Ways ways, Kind kind) {
        out.printf(
                Locale.ROOT,
                "%n### Engine 28.5, %s store%n%n| Way | s, min | s, median | Archives = 1 (median)"
                        + " |%n|---|---|---|---|%n",
                kind.containerdStore() ? "containerd" : "classic");
        ways.compose();
        // Code that a long-running service has compiled by then, and the launcher's build.
        for (int i = 0; i < 3; i++) {
            ways.ours(false);
        }
        ways.process();
        List<Double> compose = new ArrayList<>();
        List<Double> process = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> plans = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            compose.add(ways.compose());
            process.add(ways.process());
            double[] measured = ways.ours(true);
            plans.add(measured[0]);
            ours.add(measured[1]);
        }
        print(COMPOSE, compose, compose);
        print(OURS + ", a process of its own", process, compose);
        print(OURS + ", in a JVM that runs", ours, compose);
        print("of it, compose's plan", plans, compose);
    }

    private void describe() {
        out.printf(Locale.ROOT, """
            ## Compose

            `benchmarks/bin/compose --megabytes %d --runs %d`

            Four unchanged services of %d MB in %d layers each, content that does not compress, from a buildkitd over its unix
            socket into a separate engine on the same machine, which has all images already.

            %s.
            """, megabytes, runs, megabytes, LAYERS + 1, BenchmarkRun.where());
    }

    private void print(String way, List<Double> times, List<Double> reference) {
        out.printf(
                Locale.ROOT,
                "| %s | %.3f | %.3f | %.1f |%n",
                way,
                Times.min(times),
                Times.median(times),
                Times.median(reference) / Times.median(times));
    }

    /** The ways into one engine. */
    private record Ways(Path project, BuildKitProcess buildKit, DockerProcess docker, ComposeBuilder builder) {
        double compose() {
            return timed(docker.docker("compose", "build").env("BUILDX_BUILDER", "remote"));
        }

        double process() {
            String path =
                    Engine.DOCKER_CLI.path().getParent() + ":" + System.getenv().getOrDefault("PATH", "/usr/bin");
            return timed(Command.of(Path.of("examples/bin/sandbox-image").toAbsolutePath(), "compose", "build")
                    .env("DOCKER_CONFIG", docker.configuration().toString())
                    .env("DOCKER_HOST", docker.address())
                    .env("BUILDKIT_HOST", buildKit.address())
                    .env("PATH", path));
        }

        /** The plan, and all together. */
        double[] ours(boolean unchanged) {
            long start = System.nanoTime();
            ComposeDecision decision = ComposeCommand.of(List.of("build"), project, System.getenv())
                    .program(List.of(Engine.DOCKER_CLI.path().toString(), "compose"))
                    .environment("DOCKER_CONFIG", docker.configuration().toString())
                    .decide();
            double plan = Times.since(start);
            List<ComposeImage> images = builder.build((ComposeDecision.Build) decision, ProgressTask.silent());
            double all = Times.since(start);
            if (unchanged && images.stream().anyMatch(image -> image.load().strategy() != LoadStrategy.SKIP)) {
                throw new IllegalStateException("Not all images were there: " + images);
            }
            return new double[] {plan, all};
        }

        private double timed(Command command) {
            return command.in(project).timeout(LIMIT).run().orFail().took().toNanos() / 1e9;
        }
    }
}
