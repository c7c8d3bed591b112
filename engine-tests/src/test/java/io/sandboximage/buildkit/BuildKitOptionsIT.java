package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.tests.ServedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options of builds do in the daemon what they say. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC})
class BuildKitOptionsIT {
    @TempDir
    static Path state;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;

    @TempDir
    Path folder;

    private BuildContext context;
    private Path out;

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
        context = new BuildContext(Files.createDirectory(folder.resolve("context"))).busybox();
        out = folder.resolve("out");
    }

    @Test
    void stepsRunWithHostsAndLimits() throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE
                + "RUN cat /etc/hosts > /hosts; df -k /dev/shm | tail -1 > /shm; ulimit -n > /files; ulimit"
                + " -Hn >> /files\n");

        solve(build().addHost("example.test", "10.1.2.3,[fd00::1]")
                .shmSize(128 * 1024 * 1024)
                .ulimit("nofile", 100, 200));

        assertThat(out.resolve("hosts")).content().contains("10.1.2.3\texample.test", "fd00::1\texample.test");
        assertThat(out.resolve("shm")).content().contains("131072");
        assertThat(out.resolve("files")).hasContent("100\n200\n");
    }

    @Test
    void stepsRunWithoutNetworkWhereNoneIsWanted() throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "RUN ls /sys/class/net > /net\n");

        solve(build().network("none"));

        assertThat(out.resolve("net")).hasContent("lo");
    }

    @Test
    void contextsAreDirectoriesAndImagesInLayouts() throws IOException {
        Path layout = folder.resolve("base");
        Path more = Files.createDirectory(folder.resolve("more"));
        Files.writeString(more.resolve("file"), "more");
        context.dockerfile("FROM scratch\nCOPY busybox /bin/\n");
        client.solve(build().export(BuildExport.ociLayout(layout, "v1")).toRequest(), ProgressTask.silent());
        context.dockerfile("FROM alpine:3\nCOPY --from=more file /\nCOPY --from=dockerfile file /again\n");

        solve(build().context("alpine:3", "oci-layout://" + layout + ":v1")
                .context("more", more)
                .context("dockerfile", more.toString()));

        assertThat(out.resolve("bin/busybox"))
                .hasSameBinaryContentAs(context.folder().resolve("busybox"));
        assertThat(out.resolve("file")).hasContent("more");
        assertThat(out.resolve("again")).hasContent("more");
    }

    @Test
    void contextIsFetchedByTheDaemonAndTheDockerfileSentAlong() throws IOException {
        context.dockerfile("FROM scratch\nCOPY unique /a\n").file("unique", "from afar");
        Path tar = folder.resolve("context.tar");
        Command.of("tar", "-cf", tar, "-C", context.folder(), ".").run().orFail();
        Path local = folder.resolve("local.Dockerfile");
        Files.writeString(local, "FROM scratch\nCOPY unique /b\n");
        try (ServedFile server = ServedFile.start("/context.tar", Files.readAllBytes(tar))) {
            String address = server.address().toString();

            solve(DockerfileBuild.of(address));
            solve(DockerfileBuild.of(address).dockerfile(local));
        }

        assertThat(out.resolve("a")).hasContent("from afar");
        assertThat(out.resolve("b")).hasContent("from afar");
    }

    @Test
    void severalExportersGetOneResult() throws IOException {
        context.dockerfile("FROM scratch\nCOPY busybox /\n");

        SolveResult result = client.solve(
                build().tag("example.com/several:1")
                        .sourceDateEpoch(Instant.EPOCH)
                        .export(BuildExport.directory(out))
                        .export(BuildExport.ociLayout(folder.resolve("layout"), "v1"))
                        .export(BuildExport.dockerArchive(folder.resolve("docker.tar")))
                        .export(BuildExport.image())
                        .toRequest(),
                ProgressTask.silent());

        assertThat(out.resolve("busybox")).exists();
        assertThat(OciLayout.tags(folder.resolve("layout"))).containsExactly("v1");
        assertThat(folder.resolve("docker.tar"))
                .content(StandardCharsets.ISO_8859_1)
                .contains("example.com/several:1");
        assertThat(client.image(result)
                        .image(Platform.linuxOnThisMachine())
                        .config()
                        .created())
                .contains(Instant.EPOCH);
    }

    @Test
    void imagesInLayoutsHaveTheTagsOfTheirNames() throws IOException {
        context.dockerfile("FROM scratch\nCOPY busybox /\n");

        client.solve(
                build().tag("example.com/named:7")
                        .tag("other")
                        .export(BuildExport.ociLayout(folder.resolve("layout")))
                        .toRequest(),
                ProgressTask.silent());

        assertThat(OciLayout.tags(folder.resolve("layout"))).containsExactly("7", "latest");
    }

    @Test
    void stagesAreRunAnewWhereTheirCacheIsNotWanted() throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE
                + "FROM base AS one\nRUN cat /proc/sys/kernel/random/uuid > /one\n"
                + "FROM base AS two\nRUN cat /proc/sys/kernel/random/uuid > /two\n"
                + "FROM scratch\nCOPY --from=one /one /\nCOPY --from=two /two /\n");

        solve(build());
        String one = Files.readString(out.resolve("one"));
        String two = Files.readString(out.resolve("two"));
        solve(build().noCache(List.of("two")));

        assertThat(out.resolve("one")).hasContent(one);
        assertThat(Files.readString(out.resolve("two"))).isNotEqualTo(two);
    }

    @Test
    void lowLevelDefinitionsAreBuilt() throws IOException {
        context.file("a", "one");
        ByteString source = field(3, field(1, ByteString.copyFromUtf8("local://context")));
        String digest = Digest.sha256(source.toByteArray()).toString();
        ByteString last = field(1, field(1, ByteString.copyFromUtf8(digest)));

        client.solve(
                SolveRequest.definition(field(1, source).concat(field(1, last)).toByteArray())
                        .directory("context", context.folder())
                        .export(BuildExport.directory(out))
                        .build(),
                ProgressTask.silent());

        assertThat(out.resolve("a")).hasContent("one");
    }

    private static ByteString field(int number, ByteString value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream stream = CodedOutputStream.newInstance(bytes);
        stream.writeBytes(number, value);
        stream.flush();
        return ByteString.copyFrom(bytes.toByteArray());
    }

    private DockerfileBuild build() {
        return DockerfileBuild.of(context.folder());
    }

    private void solve(DockerfileBuild build) {
        client.solve(build.export(BuildExport.directory(out)).toRequest(), ProgressTask.silent());
    }
}
