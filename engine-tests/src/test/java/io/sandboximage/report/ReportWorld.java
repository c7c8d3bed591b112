package io.sandboximage.report;

import io.sandboximage.BuildRequest;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciArchive;
import io.sandboximage.registry.Registry;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A build of some steps on a real daemon, whose image goes to a real registry, an archive and an ext4 file. */
final class ReportWorld implements AutoCloseable {
    /** Part of the name of a build step: nothing that a page may take for its own. */
    static final String SCRIPT = "<script>document.title='taken over'</script>";

    private static final int BASE_BYTES = 6_000_000;

    private final Path folder;
    private final BuildKitProcess buildKit;
    private final RegistryProcess registry;

    ReportWorld(Path folder) throws IOException {
        this.folder = folder;
        buildKit = BuildKitProcess.start(Files.createDirectory(folder.resolve("buildkit")));
        registry = RegistryProcess.start(Engine.REGISTRY_V3, Files.createDirectory(folder.resolve("registry")));
        Path context = Files.createDirectory(folder.resolve("context"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        byte[] base = new byte[BASE_BYTES];
        new Random(1).nextBytes(base);
        Files.write(context.resolve("base"), base);
        Files.writeString(context.resolve("Dockerfile"), """
            FROM scratch AS base
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "mkdir", "-p", "/srv/docs", "/var/cache"]
            COPY base /usr/share/base

            FROM base AS tools
            RUN ["/bin/busybox", "gzip", "-9", "-k", "/usr/share/base"]

            FROM base AS docs
            RUN ["/bin/busybox", "cp", "/usr/share/base", "/srv/docs/base"]

            FROM base
            COPY --from=tools /usr/share/base.gz /opt/tools.gz
            COPY --from=docs /srv/docs /srv/docs
            COPY app /app
            RUN ["/bin/busybox", "echo", "%s"]
            RUN ["/bin/busybox", "test", "!", "-e", "/app/broken"]
            CMD ["/bin/busybox", "cat", "/app/main"]
            """.formatted(SCRIPT));
    }

    /** Changes a file of the build. */
    void change(String name) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("context/app")).resolve(name), name);
    }

    String registry() {
        return registry.address();
    }

    /** A run that brings the build everywhere; its report is the only listener. */
    SandboxImagePipeline.Builder pipeline(BuildKitBuilder builder) {
        Path output = folder.resolve("output");
        return SandboxImagePipeline.builder()
                .build(BuildRequest.dockerfile(folder.resolve("context"), "Dockerfile")
                        .platform(Platform.LINUX_AMD64))
                .with(builder)
                .to(Registry.of(registry.address() + "/acme/sandbox").tags("latest"))
                .to(OciArchive.sink(output.resolve("sandbox.tar"), "latest"))
                .snapshot(Ext4Snapshotter.to(output.resolve("sandbox.ext4")).size("64MiB"))
                .state(folder.resolve("state"));
    }

    BuildKitBuilder builder() {
        return BuildKitBuilder.at(BuildKitAddress.parse(buildKit.address())).inPlace();
    }

    @Override
    public void close() {
        registry.close();
        buildKit.close();
    }
}
