package io.sandboximage.examples.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The wrapper with a builder of its own against docker itself. Each test that is named after a behaviour of the published wrapper
 * (contract "acceleration", 1.7) shows that this one does not have it.
 */
@RequiresEngine({
    Engine.BUILDKITD,
    Engine.RUNC,
    Engine.BUSYBOX_STATIC,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.DOCKER_REGISTRY
})
class DockerWrapperIT {
    private static final Instant EPOCH = Instant.ofEpochSecond(1_700_000_000);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path state;

    private static WrappedDocker docker;

    @TempDir
    Path folder;

    private Path context;

    @BeforeAll
    static void start() throws IOException {
        docker = new WrappedDocker(state, Kind.V28_CLASSIC);
    }

    @AfterAll
    static void stop() {
        docker.close();
    }

    @BeforeEach
    void makeContext() throws IOException {
        context = Files.createDirectory(folder.resolve("context"));
        content("one");
        write("secret.txt", "swordfish");
        write(
                "Dockerfile",
                "FROM scratch\nARG WHO\nCOPY file.txt /\nLABEL who=$WHO\nFROM scratch AS other\nCOPY file.txt /other\n"
                        + "FROM scratch\nARG WHO\nCOPY file.txt /\nLABEL who=$WHO\n");
        write("Dockerfile.dev", "FROM scratch\nCOPY file.txt /dev-file\n");
    }

    /** The same lines for both; their results must not differ. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "build .",
                "build -q .",
                "build -t t/a:1 .",
                "build -tt/a:1 -f Dockerfile.dev .",
                "build -t=t/a:1 --tag t/b:2 -t registry.example.com:5000/t/c .",
                "build --target=other --label x=y -q -t t/a:1 .",
                "build --build-arg WHO=you --iidfile id.txt -t t/a:1 .",
                "build --no-cache --load=true -t t/a:1 --progress plain .",
                "build --secret id=s,src=secret.txt --build-context more=. --network none -t t/a:1 .",
                "image build -t t/a:1 .",
                "builder build -t t/a:1 .",
                "buildx b --load -t t/a:1 .",
                "build -o out .",
                "build --output=type=local,dest=out .",
                "build -o type=image -t t/a:1 .",
                "build -t t/a:1 nowhere",
                "build -t t/a:1 -f nowhere .",
                "build -t UPPER .",
                "build --target nowhere -t t/a:1 .",
                "build --unknown .",
                "build",
                "image inspect nothing"
            })
    void resultIsDockersOwn(String line) throws Exception {
        Result ours = result(docker.wrapper((Object[]) line.split(" ")));
        Result dockers = result(docker.docker((Object[]) line.split(" ")));

        assertThat(ours).isEqualTo(dockers);
    }

    private record Result(int code, String output, List<String> images, List<String> files) {}

    /** From a clean engine; what it says besides on standard error may differ. */
    private Result result(Command command) throws IOException {
        docker.clean();
        CommandResult run = command.in(context).run();
        List<String> files = new ArrayList<>();
        for (String name : List.of("id.txt", "out/file.txt")) {
            Path file = context.resolve(name);
            if (Files.exists(file)) {
                files.add(name + ": " + Files.readString(file));
                Files.delete(file);
            }
        }
        return new Result(run.exitCode(), run.output(), docker.images(), files);
    }

    @Test
    void unchangedImageIsOneSolveAndTheUsersIdFileIsWritten() throws Exception {
        ours("build", "-t", "u/a:1", ".").orFail();
        int before = docker.solves();

        ours("build", "-t", "u/a:1", "--iidfile", "id.txt", ".").orFail();

        assertThat(docker.solves() - before).isEqualTo(1);
        assertThat(context.resolve("id.txt")).hasContent(docker.id("u/a:1"));
    }

    @Test
    void changedImageIsOneSolve() throws Exception {
        ours("build", "-t", "c/a:1", ".").orFail();
        String old = docker.id("c/a:1");
        content("two");
        int before = docker.solves();

        ours("build", "-t", "c/a:1", ".").orFail();

        assertThat(docker.solves() - before).isEqualTo(1);
        assertThat(docker.id("c/a:1")).startsWith("sha256:").isNotEqualTo(old);
    }

    @Test
    void nameWithoutTagIsLatestWhateverOtherTagsTheRepositoryHas() throws Exception {
        ours("build", "-t", "l/a", ".").orFail();
        String first = docker.id("l/a:latest");
        content("two");
        ours("build", "-t", "l/a:newer", ".").orFail();
        String second = docker.id("l/a:newer");
        assertThat(docker.id("l/a:latest")).isEqualTo(first);

        ours("build", "-t", "l/a", ".").orFail();

        assertThat(docker.id("l/a:latest")).isEqualTo(second).isNotEqualTo(first);
    }

    @Test
    void oneOfSeveralTagsThatIsStaleIsSetToo() throws Exception {
        ours("build", "-t", "s/a:1", "-t", "s/a:2", ".").orFail();
        String first = docker.id("s/a:1");
        content("two");
        ours("build", "-t", "s/a:2", ".").orFail();
        content("one");

        ours("build", "-t", "s/a:1", "-t", "s/a:2", ".").orFail();

        assertThat(List.of(docker.id("s/a:1"), docker.id("s/a:2"))).containsOnly(first);
    }

    @Test
    void outputOfFilesWorksAlsoWhereTheImageIsThere() throws Exception {
        ours("build", "-t", "o/a:1", ".").orFail();
        content("two");

        ours("build", "-t", "o/a:1", "-o", "out", ".").orFail();

        assertThat(context.resolve("out/file.txt")).hasContent("two");
    }

    @Test
    void contextFromStandardInputIsBuiltEachTimeItChanges() throws Exception {
        for (String text : List.of("one", "two", "two")) {
            content(text);
            Path tar = folder.resolve("context.tar");
            Command.of("tar", "-C", context, "-cf", tar, ".").run().orFail();

            docker.wrapper("build", "-t", "i/a:" + text, "-")
                    .stdin(tar)
                    .in(context)
                    .run()
                    .orFail();
        }
        assertThat(docker.id("i/a:one")).startsWith("sha256:").isNotEqualTo(docker.id("i/a:two"));

        Path dockerfile = write("../input", "FROM scratch\nCOPY file.txt /from-input\n");
        docker.wrapper("build", "-t", "i/b:1", "-f", "-", ".")
                .stdin(dockerfile)
                .in(context)
                .run()
                .orFail();
        assertThat(docker.id("i/b:1")).startsWith("sha256:");
    }

    @Test
    void pushPutsTheImageIntoTheRegistryAndIntoTheEngine() throws Exception {
        try (RegistryProcess registry =
                RegistryProcess.start(Engine.DOCKER_REGISTRY, Files.createDirectory(folder.resolve("registry")))) {
            String name = registry.address() + "/p/a:1";
            ours("build", "--push", "-t", name, ".").orFail();
            assertThat(docker.id(name)).startsWith("sha256:");

            URLConnection manifest = URI.create("http://" + registry.address() + "/v2/p/a/manifests/1")
                    .toURL()
                    .openConnection();
            manifest.setRequestProperty("Accept", "application/vnd.oci.image.manifest.v1+json");
            try (InputStream in = manifest.getInputStream()) {
                assertThat(in).asString(StandardCharsets.UTF_8).contains(docker.id(name));
            }
        }
    }

    @Test
    void quietPrintsOneLineAlsoWhenTheImageIsLoaded() throws Exception {
        content("quiet");
        CommandResult first = ours("build", "-q", "-t", "q/a:1", ".").orFail();
        CommandResult again = ours("build", "-q", "-t", "q/a:1", ".").orFail();

        assertThat(first.output()).isEqualTo(docker.id("q/a:1") + "\n").isEqualTo(again.output());
        assertThat(first.errors() + again.errors()).isEmpty();
    }

    @Test
    void baseThatOnlyTheEngineHasIsBuiltByDockerItself() throws Exception {
        ours("build", "-t", "base.local/a:1", ".").orFail();
        write("Dockerfile", "FROM base.local/a:1\nLABEL more=yes\n");

        CommandResult run = ours("build", "-t", "base.local/b:1", ".").orFail();

        assertThat(run.errors()).contains("docker itself builds");
        assertThat(docker.id("base.local/b:1")).startsWith("sha256:");
    }

    @Test
    void builderThatIsDownLeavesTheBuildToDockerItself() throws Exception {
        CommandResult run = docker.wrapper("build", "-t", "d/a:1", ".")
                .env("SANDBOX_IMAGE_BUILDER", "unix:///nowhere.sock")
                .in(context)
                .run()
                .orFail();

        assertThat(run.errors()).contains("/nowhere.sock", "docker itself builds");
        assertThat(docker.id("d/a:1")).startsWith("sha256:");
    }

    @Test
    void nothingTemporaryStays() throws Exception {
        ours("build", "-t", "n/a:1", ".").orFail();
        ours("build", "-t", "n/a:1", "-t", "UPPER", ".");
        docker.wrapper("build", "-")
                .stdin(write("../input", "FROM scratch\nCOPY <<E /x\nE\n"))
                .in(context)
                .run()
                .orFail();

        try (Stream<Path> left = Files.list(docker.temporary())) {
            assertThat(left.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith("hsperf")))
                    .isEmpty();
        }
        assertThat(docker.images()).noneMatch(line -> line.contains("sandbox-image"));
    }

    @Test
    void failedStepIsToldInDockersWordsAndEndsWithDockersCode() throws Exception {
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        write("Dockerfile", "FROM scratch\nCOPY busybox /sh\nRUN [\"/sh\", \"sh\", \"-c\", \"echo why; exit 3\"]\n");

        CommandResult ours = ours("build", "-t", "f/a:1", "--progress=plain", ".");
        CommandResult dockers = docker.docker("build", "-t", "f/a:1", "--progress=plain", ".")
                .in(context)
                .run();

        assertThat(ours.exitCode()).isEqualTo(dockers.exitCode()).isEqualTo(1);
        String error = dockers.errors()
                .lines()
                .filter(line -> line.startsWith("ERROR: "))
                .findFirst()
                .orElseThrow();
        assertThat(ours.errors().lines())
                .contains(error, "Dockerfile:3", " > [2/2] RUN [\"/sh\", \"sh\", \"-c\", \"echo why; exit 3\"]:");
        assertThat(docker.id("f/a:1")).isEmpty();
    }

    @Test
    void interruptEndsTheBuildWith130() throws Exception {
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        write(
                "Dockerfile",
                "FROM scratch\nCOPY busybox /sh\nRUN [\"/sh\", \"sh\", \"-c\", \"echo begun; exec /sh sleep 600\"]\n");

        try (Daemon build = docker.wrapper("build", "--progress=plain", "-t", "k/a:1", ".")
                .in(context)
                .start(folder.resolve("log"))) {
            build.awaitLog(" begun", PATIENCE);
            Command.of("kill", "-INT", build.pid()).run().orFail();
            assertThat(build.awaitEnd(PATIENCE)).isEqualTo(130);
        }
        assertThat(docker.id("k/a:1")).isEmpty();
    }

    private CommandResult ours(Object... words) {
        return docker.wrapper(words).in(context).run();
    }

    private void content(String text) throws IOException {
        write("file.txt", text);
    }

    private Path write(String name, String text) throws IOException {
        Path file = Files.writeString(context.resolve(name), text);
        // By its content: a file of the same size and time counts as unchanged.
        Files.setLastModifiedTime(file, FileTime.from(EPOCH.plusSeconds(text.hashCode() & 0xffff)));
        return file;
    }
}
