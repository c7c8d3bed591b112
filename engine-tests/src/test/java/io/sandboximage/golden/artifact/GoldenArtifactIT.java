package io.sandboximage.golden.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.IntegrityException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real engine filled travels through a real registry, and another engine runs it. */
@RequiresEngine({
    Engine.DOCKER_20,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.DOCKER_REGISTRY,
    Engine.BUSYBOX_STATIC,
    Engine.RUNC
})
class GoldenArtifactIT {
    private static final int BULK_BYTES = 3_000_000;
    private static final GoldenFacts FACTS = new GoldenFacts(
            Map.of("app:1", "sha256:x"), Map.of("commit", "abc"), Instant.parse("2026-01-02T03:04:05Z"));

    @TempDir
    Path folder;

    /** Containerd's store asks most; the classic one travels in the test of the commands. {@code -Dsandboximage.golden.all} takes all. */
    static Stream<Kind> kinds() {
        return Stream.of(Kind.values())
                .filter(kind -> kind.containerdStore() || Boolean.getBoolean("sandboximage.golden.all"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void movesOnlyWhatChangedAndRunsOnAnotherHost(Kind kind) throws Exception {
        try (RegistryProcess registry = RegistryProcess.start(Engine.DOCKER_REGISTRY, folder.resolve("registry"));
                RegistryClient client = RegistryClient.builder().build()) {
            ImageReference golden = ImageReference.parse(registry.address() + "/golden/project:main");
            GoldenDistribution here = GoldenDistribution.with(client, folder.resolve("here-cache"));
            GoldenDistribution there = GoldenDistribution.with(client, folder.resolve("there-cache"));
            Path builder = Files.createDirectories(folder.resolve("builder"));
            Path root = builder.resolve("data");

            String exported;
            try (DockerProcess docker = DockerProcess.start(kind, builder)) {
                build(
                        docker,
                        "base:1",
                        "FROM scratch\nCOPY busybox /bin/busybox\nCOPY bulk /bulk\n"
                                + "RUN [\"/bin/busybox\", \"mkdir\", \"-p\", \"/gone\", \"/opaque/old\"]\n");
                build(
                        docker,
                        "app:1",
                        "FROM base:1\nRUN [\"/bin/busybox\", \"sh\", \"-c\","
                                + " \"/bin/busybox rm -r /gone /opaque; /bin/busybox mkdir /opaque; echo one > /made;"
                                + " /bin/busybox ln /made /again; /bin/busybox chown 7:8 /made\"]\n");
                exported = layers(docker, "app:1");
            }
            PushReport first = here.push(root, FACTS, golden, ProgressTask.silent());
            assertThat(first.sentBytes()).isGreaterThan(BULK_BYTES);
            PushReport same = here.push(root, FACTS, golden, ProgressTask.silent());
            assertThat(same.descriptor()).isEqualTo(first.descriptor());
            assertThat(same.sentBytes()).isZero();

            Path host = Files.createDirectories(folder.resolve("host"));
            Path pulled = Files.createDirectories(host.resolve("data"));
            PullReport cold = there.pull(golden, pulled, ProgressTask.silent());
            assertThat(cold.artifact().labels()).containsEntry("commit", "abc");
            assertThat(cold.fetchedBytes()).isGreaterThan(BULK_BYTES);
            try (DockerProcess docker = DockerProcess.start(kind, host)) {
                assertRuns(docker, "one");
                assertThat(layers(docker, "app:1")).isEqualTo(exported);
            }

            try (DockerProcess docker = DockerProcess.start(kind, builder)) {
                build(
                        docker,
                        "app:1",
                        "FROM base:1\nRUN [\"/bin/busybox\", \"sh\", \"-c\","
                                + " \"echo two > /made; /bin/busybox ln /made /again\"]\n");
            }
            PushReport second = here.push(root, FACTS, golden, ProgressTask.silent());
            assertThat(second.presentBlobs()).isPositive();
            assertThat(second.sentBytes()).isPositive().isLessThan(BULK_BYTES / 10);

            PullReport delta = there.pull(golden, pulled, ProgressTask.silent());
            assertThat(delta.keptParts()).isPositive();
            assertThat(delta.fetchedBytes()).isEqualTo(second.sentBytes()).isLessThan(BULK_BYTES / 10);
            try (DockerProcess docker = DockerProcess.start(kind, host)) {
                assertRuns(docker, "two");
                build(docker, "more:1", "FROM app:1\nCOPY bulk /more\n");
            }

            corruptLargest(registry.storage());
            Path third = Files.createDirectories(folder.resolve("third"));
            assertThatThrownBy(() -> GoldenDistribution.with(client, folder.resolve("third-cache"))
                            .pull(golden, third, ProgressTask.silent()))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("digest");
            assertThat(third).isEmptyDirectory();
        }
    }

    private static void assertRuns(DockerProcess docker, String made) {
        String printed = docker.docker("run", "--rm", "--network=none", "app:1", "/bin/busybox", "cat", "/again")
                .run()
                .orFail()
                .output();
        assertThat(printed).isEqualTo(made + "\n");
        String listed = docker.docker("run", "--rm", "--network=none", "base:1", "/bin/busybox", "ls", "/")
                .run()
                .orFail()
                .output();
        assertThat(listed).contains("gone", "bulk", "opaque");
        String above = docker.docker("run", "--rm", "--network=none", "app:1", "/bin/busybox", "ls", "/")
                .run()
                .orFail()
                .output();
        if (made.equals("one")) {
            assertThat(above).doesNotContain("gone");
            String opaque = docker.docker("run", "--rm", "--network=none", "app:1", "/bin/busybox", "ls", "/opaque")
                    .run()
                    .orFail()
                    .output();
            assertThat(opaque).isEmpty();
        }
    }

    private static String layers(DockerProcess docker, String image) {
        return docker.docker("image", "inspect", "--format", "{{json .RootFS}} {{.Id}}", image)
                .run()
                .orFail()
                .output();
    }

    private void build(DockerProcess docker, String tag, String dockerfile) throws IOException {
        Path context = Files.createDirectories(folder.resolve("context"));
        if (!Files.exists(context.resolve("busybox"))) {
            Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
            byte[] bulk = new byte[BULK_BYTES];
            new Random(1).nextBytes(bulk);
            Files.write(context.resolve("bulk"), bulk);
        }
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        docker.docker("buildx", "build", "--network=none", "--provenance=false", "-t", tag, context)
                .run()
                .orFail();
    }

    /** Turns one bit in the largest blob that the registry holds. */
    private static void corruptLargest(Path storage) throws IOException {
        try (var files = Files.walk(storage)) {
            Path largest = files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
            try (RandomAccessFile file = new RandomAccessFile(largest.toFile(), "rw")) {
                file.seek(file.length() / 2);
                int b = file.read();
                file.seek(file.length() / 2);
                file.write(b ^ 1);
            }
        }
    }
}
