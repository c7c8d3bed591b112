package io.sandboximage.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.image.ImageReference;
import io.sandboximage.layout.DockerArchive;
import io.sandboximage.layout.OciArchive;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An image is the same file system, to the byte, wherever it is read from and however that place packs its layers. */
@RequiresEngine({
    Engine.BUILDKITD,
    Engine.RUNC,
    Engine.BUSYBOX_STATIC,
    Engine.REGISTRY_V3,
    Engine.DOCKER_20,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.E2FSPROGS
})
class EverySourceIT {
    private static final String NAME = "shop/app:1";
    private static final String DOCKERFILE = """
        FROM scratch
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "--install", "/bin"]
        RUN mkdir -p /data/a /data/b && seq 20000 > /data/a/numbers && ln /data/a/numbers /data/b/again && chown 7:8 /data/b
        RUN rm -r /data/a && mkdir /data/a && echo new > /data/a/file && ln -s ../a /data/b/link
        """;

    @TempDir
    static Path folder;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;
    private static ImageSource built;
    private static Path expected;

    @BeforeAll
    static void build() throws IOException {
        buildkitd = BuildKitProcess.start(Files.createDirectory(folder.resolve("buildkit")));
        client = BuildKitClient.connect(BuildKitAddress.parse(buildkitd.address()));
        Path context = Files.createDirectory(folder.resolve("context"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
        built = client.image(client.solve(
                DockerfileBuild.of(context).export(BuildExport.image()).toRequest(), ProgressTask.silent()));
        expected = folder.resolve("built.ext4");
        convert(built, expected);
        Command.of(Engine.E2FSPROGS.path(), "-fn", expected).run().orFail();
    }

    @AfterAll
    static void stop() {
        client.close();
        buildkitd.close();
    }

    @Test
    void layout() throws IOException {
        Path layout = folder.resolve("layout");
        assertSame(OciLayout.sink(layout), () -> OciLayout.source(layout));
    }

    @Test
    void archive() throws IOException {
        Path archive = folder.resolve("oci.tar");
        assertSame(OciArchive.sink(archive), () -> OciArchive.source(archive));
    }

    @Test
    void archiveOfDocker() throws IOException {
        Path archive = folder.resolve("docker.tar");
        assertSame(DockerArchive.sink(archive), () -> DockerArchive.source(archive));
    }

    @Test
    void registry() throws IOException {
        try (RegistryProcess registry =
                        RegistryProcess.start(Engine.REGISTRY_V3, Files.createDirectory(folder.resolve("registry")));
                RegistryClient registries = RegistryClient.builder().build()) {
            ImageReference reference = ImageReference.parse(registry.address() + "/" + NAME);
            assertSame(registries.sink(reference), () -> registries.source(reference));
        }
    }

    @ParameterizedTest
    @EnumSource
    void engine(Kind kind) throws IOException {
        try (DockerProcess docker = DockerProcess.start(kind, Files.createDirectory(folder.resolve("" + kind)));
                DockerEngine engine = DockerEngine.at(DockerHost.unix(docker.socket()))) {
            assertSame(engine.tag(NAME), () -> engine.source(NAME));
        }
    }

    private static void assertSame(ImageSink place, Supplier<ImageSource> there) throws IOException {
        place.write(built, ProgressTask.silent());
        Path file = folder.resolve("found.ext4");
        try (ImageSource image = there.get()) {
            convert(image, file);
        }
        assertThat(Files.mismatch(file, expected)).isEqualTo(-1);
        Files.delete(file);
    }

    private static void convert(ImageSource image, Path file) {
        Ext4Snapshotter.to(file).snapshot(image, ProgressTask.silent());
    }
}
