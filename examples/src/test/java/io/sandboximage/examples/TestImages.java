package io.sandboximage.examples;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Small images in OCI layouts. */
public final class TestImages {
    private TestImages() {}

    /** Writes {@code oci:DIRECTORY:v1}: two layers for Linux on this machine. */
    public static void write(Path directory) {
        ImageAssembly assembly = ImageAssembly.scratch(Platform.linuxOnThisMachine())
                .entrypoint("/bin/app")
                .env("LANG", "C.UTF-8")
                .layer(LayerSpec.empty()
                        .directory("/bin", 0755)
                        .file("/bin/app", bytes("#!/bin/sh\necho hello\n"), 04755)
                        .symlink("/bin/alias", "app"))
                .layer(LayerSpec.empty().file("/etc/motd", bytes("welcome\n"), 0644));
        try (ImageSource source = assembly.produce(ProgressTask.silent())) {
            OciLayout.sink(directory, "v1").write(source, ProgressTask.silent());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
