package io.sandboximage.depot.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.depot.internal.proto.cli.CreateBuildRequest;
import io.sandboximage.depot.internal.proto.cli.FinishBuildRequest;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.depot.DepotCall;
import io.sandboximage.testkit.depot.DepotMachine;
import io.sandboximage.testkit.depot.DepotSolve;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.EngineSearch;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Depot and its machines get from us, beside what they get from the vendor's own command line, field by field. The only
 * differences are those of {@link #OPTIONS_OF_THEIRS}, and how a load fails, since no engine is there.
 */
@RequiresEngine({Engine.DEPOT_CLI, Engine.BUILDKITD, Engine.RUNC, Engine.OPENSSL, Engine.DOCKER_REGISTRY})
class DepotTranscriptIT {
    /**
     * Options of the frontend that only the vendor's command line sends. {@code attest:provenance}: ours makes no statements about
     * images that nobody asked for; with this one, images for one platform become indexes. {@code multi-platform}: it makes an
     * index of each machine's single image, and ours makes one index of all of them.
     */
    private static final Map<String, String> OPTIONS_OF_THEIRS =
            Map.of("attest:provenance", "mode=min,inline-only=true", "multi-platform", "true");

    @TempDir
    static Path folder;

    private static DepotLab lab;
    private static DepotMachine arm64;
    private static Path program;
    private static Path context;
    private static DockerEngine nowhere;

    @BeforeAll
    static void start() throws IOException {
        program = Engine.DEPOT_CLI.find(EngineSearch.ofMachine()).orElseThrow();
        lab = DepotLab.start(folder);
        arm64 = DepotMachine.startWatched(DepotLab.directory(folder, "arm64"), "--oci-worker-platform", "linux/arm64");
        lab.emulator.machine(Platform.LINUX_ARM64, arm64);
        context = lab.context("context", 2, "one");
        nowhere = DockerEngine.at(DockerHost.unix(folder.resolve("no.sock")));
    }

    @AfterAll
    static void stop() {
        nowhere.close();
        arm64.close();
        lab.close();
    }

    /**
     * One command of the vendor's, and the same of ours.
     *
     * @param platforms empty for those of one machine
     */
    private record Scenario(String name, List<String> words, List<Platform> platforms, DepotOutput output) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Scenario> scenarios() {
        String a = lab.registry.address() + "/team/app:a";
        String b = lab.registry.address() + "/team/app:b";
        Path out = folder.resolve("out");
        DepotOutput none = DepotOutput.none();
        List<Platform> one = List.of();
        return Stream.of(
                new Scenario("nothing", List.of(), one, none),
                new Scenario(
                        "push",
                        List.of("--push", "-t", a, "-t", b),
                        one,
                        none.tag(a).tag(b).pushed()),
                new Scenario(
                        "save",
                        List.of("--save", "--save-tag", "s", "--save-tag", "t"),
                        one,
                        none.savedAs("s").savedAs("t")),
                new Scenario(
                        "save and push",
                        List.of("--save", "--push", "-t", a),
                        one,
                        none.tag(a).saved().pushed()),
                new Scenario(
                        "save with a tag",
                        List.of("--save", "-t", a),
                        one,
                        none.tag(a).saved()),
                new Scenario(
                        "load", List.of("--load", "-t", a), one, none.tag(a).loadedInto(nowhere)),
                new Scenario("load without a tag", List.of("--load"), one, none.loadedInto(nowhere)),
                new Scenario(
                        "push and load",
                        List.of("--push", "--load", "-t", a),
                        one,
                        none.tag(a).pushed().loadedInto(nowhere)),
                new Scenario(
                        "files",
                        List.of("-o", "type=local,dest=" + out),
                        one,
                        none.exported(BuildExport.directory(out))),
                new Scenario(
                        "two machines",
                        List.of("--push", "-t", a, "--platform", "linux/amd64,linux/arm64"),
                        List.of(Platform.LINUX_AMD64, Platform.LINUX_ARM64),
                        none.tag(a).pushed()));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void saysWhatTheVendorsCommandLineSays(Scenario scenario) throws Exception {
        Transcript vendors = Transcript.of(() -> depot(scenario, context));
        Transcript ours = Transcript.of(() -> sdk(scenario, context));
        assertThat(ours.created).isEqualTo(vendors.created);
        assertThat(ours.requests).isEqualTo(vendors.requests);
        assertThat(ours.tokens).isEqualTo(vendors.tokens);
        // Without an engine to load into, both fail in their own words, and the vendor's only some of the time.
        if (scenario.output().engine().isEmpty()) {
            assertThat(ours.finished).isEqualTo(vendors.finished);
        }
        assertThat(ours.solves).hasSameSizeAs(vendors.solves);
        for (int i = 0; i < ours.solves.size(); i++) {
            assertThat(ours.solves.get(i)).isEqualTo(withoutTheirs(vendors.solves.get(i)));
        }
    }

    /** And the frontend's name, since the vendor's client drives the frontend itself. */
    private static DepotSolve withoutTheirs(DepotSolve solve) {
        Map<String, String> options = new TreeMap<>(solve.options());
        OPTIONS_OF_THEIRS.forEach(options::remove);
        assertThat(solve.frontend()).isEmpty();
        return new DepotSolve("dockerfile.v0", options, solve.exporter(), solve.attributes());
    }

    /** What one build said, with its id taken out. */
    private record Transcript(
            CreateBuildRequest created,
            Set<String> requests,
            Map<String, String> tokens,
            List<DepotSolve> solves,
            FinishBuildRequest finished) {
        interface Build {
            void run() throws Exception;
        }

        static Transcript of(Build build) throws Exception {
            int calls = lab.emulator.calls().size();
            int amd = lab.machine.solves().size();
            int arm = arm64.solves().size();
            build.run();
            List<DepotCall> made =
                    lab.emulator.calls().subList(calls, lab.emulator.calls().size());
            String id = lab.last().id();
            List<DepotSolve> solves = new ArrayList<>();
            // Where a load fails, the vendor's builds again with another exporter.
            lab.machine.solves().stream().skip(amd).limit(1).forEach(solves::add);
            arm64.solves().stream().skip(arm).limit(1).forEach(solves::add);
            Set<String> requests = new TreeSet<>();
            Map<String, String> tokens = new TreeMap<>();
            for (DepotCall call : made) {
                String name = call.method() + " by " + call.protocol();
                tokens.put(name, call.token().orElseThrow().replace(id, "BUILD"));
                if (call.method().equals("GetBuildKitConnection")
                        || call.method().equals("ReportBuildHealth")) {
                    requests.add(name + ": " + call.requests().get(0).replace(id, "BUILD"));
                }
            }
            return new Transcript(
                    parse(made, "CreateBuild", CreateBuildRequest.newBuilder()).build(),
                    requests,
                    tokens,
                    solves.stream().map(solve -> without(id, solve)).toList(),
                    parse(made, "FinishBuild", FinishBuildRequest.newBuilder())
                            .setBuildId("BUILD")
                            .build());
        }

        private static <B extends Message.Builder> B parse(List<DepotCall> calls, String method, B into)
                throws TextFormat.ParseException {
            List<DepotCall> some =
                    calls.stream().filter(call -> call.method().equals(method)).toList();
            assertThat(some).hasSize(1);
            TextFormat.merge(some.get(0).requests().get(0), into);
            return into;
        }

        private static DepotSolve without(String id, DepotSolve solve) {
            Map<String, String> attributes = new TreeMap<>();
            solve.attributes().forEach((name, value) -> attributes.put(name, value.replace(id, "BUILD")));
            return new DepotSolve(solve.frontend(), solve.options(), solve.exporter(), attributes);
        }
    }

    private static void sdk(Scenario scenario, Path context) {
        try (DepotBuilder builder = lab.builder()) {
            builder.build(DockerfileBuild.of(context), scenario.platforms(), scenario.output(), ProgressTask.silent());
        } catch (SandboxImageException e) {
            assertThat(scenario.output().engine()).as(e.getMessage()).isPresent();
        }
    }

    private static void depot(Scenario scenario, Path context) throws IOException {
        Path home = Files.createTempDirectory(folder, "home");
        lab.writeDockerConfig(home.resolve("docker"));
        Command command = Command.of(program)
                .with("build", "--project", DepotLab.PROJECT)
                .with(scenario.words().toArray())
                .with(context)
                .env("DEPOT_API_URL", lab.emulator.url().toString())
                .env("DEPOT_TOKEN", DepotLab.TOKEN)
                .env("DOCKER_HOST", "unix://" + folder.resolve("no.sock"))
                .env("HOME", home.toString())
                .env("XDG_CONFIG_HOME", home.resolve("config").toString())
                .env("DOCKER_CONFIG", home.resolve("docker").toString())
                .env("DEPOT_NO_UPDATE_NOTIFIER", "1")
                .env("DEPOT_ERROR_TELEMETRY", "0")
                .env("DEPOT_NO_SUMMARY_LINK", "1")
                .env("DEPOT_DISABLE_OTEL", "1");
        if (scenario.platforms().isEmpty()) {
            command = command.env("DEPOT_BUILD_PLATFORM", "linux/amd64");
        }
        if (scenario.output().engine().isPresent()) {
            command.run();
        } else {
            command.run().orFail();
        }
    }
}
