package io.sandboximage.shared;

import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Images of the machine's own BuildKit and registry, since none can be pulled. */
final class ServiceImages {
    static final String BUILDKIT = "test-buildkit:1";
    static final String REGISTRY = "test-registry:1";
    /** Writes a line and ends. */
    static final String BROKEN = "test-broken:1";

    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    private ServiceImages() {}

    static void loadInto(DockerHost host) throws IOException {
        load(
                host,
                BUILDKIT,
                image(Engine.BUILDKITD, Engine.BUILDCTL, Engine.RUNC).entrypoint("buildkitd"));
        load(host, REGISTRY, image(Engine.REGISTRY_V3).entrypoint("registry-v3"));
        load(host, BROKEN, image(Engine.BUSYBOX_STATIC).entrypoint("/bin/busybox", "sh", "-c", "echo no disk; exit 3"));
    }

    private static ImageAssembly image(Engine... programs) throws IOException {
        LayerSpec layer = LayerSpec.empty()
                .directory("/tmp", 01777)
                .directory("/run", 0755)
                .directory("/etc", 0755);
        for (Engine program : programs) {
            Path file = program.path().toRealPath();
            boolean busybox = program == Engine.BUSYBOX_STATIC;
            layer = layer.file("/bin/" + (busybox ? "busybox" : program.path().getFileName()), file, 0755);
            Matcher library = LIBRARY.matcher(Command.of("ldd", file).run().output());
            while (library.find()) {
                layer = layer.file(library.group(1), Path.of(library.group(1)).toRealPath(), 0755);
            }
        }
        return ImageAssembly.scratch(Platform.LINUX_AMD64).layer(layer).env("PATH", "/bin");
    }

    private static void load(DockerHost host, String name, ImageAssembly image) {
        try (DockerEngine engine = DockerEngine.at(host)) {
            DockerLoader.into(engine).tag(name).load(image.produce(ProgressTask.silent()), ProgressTask.silent());
        }
    }
}
