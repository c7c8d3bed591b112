package io.sandboximage.sandbox;

import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Engine;
import java.nio.charset.StandardCharsets;

/** An image to start sandboxes of: a shell and what it needs. */
final class BusyboxImage {
    static final String NAME = "sandbox-test:1";
    private static final String[] APPLETS = {
        "sh", "cat", "sleep", "nc", "touch", "echo", "ls", "kill", "id", "pwd", "true"
    };

    private BusyboxImage() {}

    static void loadInto(DockerHost host) {
        LayerSpec layer = LayerSpec.empty()
                .file("/bin/busybox", Engine.BUSYBOX_STATIC.path(), 0755)
                .file("/etc/plain", "not a program\n".getBytes(StandardCharsets.UTF_8), 0644)
                .directory("/tmp", 0777);
        for (String applet : APPLETS) {
            layer = layer.symlink("/bin/" + applet, "busybox");
        }
        ImageAssembly image = ImageAssembly.scratch(Platform.LINUX_AMD64)
                .layer(layer)
                .env("PATH", "/bin")
                .cmd("sleep", "600");
        try (DockerEngine engine = DockerEngine.at(host)) {
            DockerLoader.into(engine).tag(NAME).load(image.produce(ProgressTask.silent()), ProgressTask.silent());
        }
    }
}
