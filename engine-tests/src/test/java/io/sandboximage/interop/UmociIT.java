package io.sandboximage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What umoci unpacks from an assembled image is what was asked for, and we go on from what umoci makes. */
@RequiresEngine({Engine.UMOCI, Engine.LOOP_MOUNTS})
class UmociIT {
    @TempDir
    Path folder;

    @Test
    void anAssembledImageUnpacksToTheExpectedTree() {
        Path layout = folder.resolve("layout");
        try (ImageSource image = Images.assembly(Platform.LINUX_AMD64).produce(ProgressTask.silent())) {
            OciLayout.sink(layout, "v1").write(image, ProgressTask.silent());
        }

        assertThat(unpacked(layout, "v1").lines())
                .containsExactlyInAnyOrder(
                        "bin d 755 0:0 2024-02-29 -",
                        "bin/link l 777 0:0 2024-02-29 tool",
                        "bin/tool f 4755 0:0 2024-02-29 -",
                        "cleared d 755 0:0 2024-02-29 -",
                        "cleared/b f 644 0:0 2024-02-29 -",
                        "dev d 755 0:0 2024-02-29 -",
                        "dev/null c 666 0:0 2024-02-29 -",
                        "etc d 755 0:0 2024-02-29 -",
                        "etc/motd f 644 0:0 2024-02-29 -",
                        "run d 755 0:0 2024-02-29 -",
                        "run/fifo p 600 0:0 2024-02-29 -",
                        "srv d 755 0:0 2024-02-29 -",
                        "srv/" + "n".repeat(120) + " f 640 0:0 2024-02-29 -",
                        "tmp d 1777 0:0 2024-02-29 -");
        assertThat(folder.resolve("bundle/rootfs/etc/motd")).hasContent("hello linux/amd64");
        assertThat(folder.resolve("bundle/rootfs/bin/tool")).hasSize(300_000);
    }

    @Test
    void weBuildOnWhatUmociMade() {
        Path layout = folder.resolve("layout");
        Command.of("umoci", "init", "--layout", layout).run().orFail();
        Command.of("umoci", "new", "--image", layout + ":base").run().orFail();
        Command.of("umoci", "config", "--image", layout + ":base", "--architecture", "amd64", "--os", "linux")
                .run()
                .orFail();
        Command.of("umoci", "insert", "--image", layout + ":base", "/etc/passwd", "/etc/passwd")
                .run()
                .orFail();
        try (ImageSource base = OciLayout.source(layout, "base");
                ImageSource image = ImageAssembly.from(base, Platform.LINUX_AMD64)
                        .layer(LayerSpec.empty().file("/etc/motd", Images.text("on top"), 0644))
                        .produce(ProgressTask.silent())) {
            OciLayout.sink(layout, "top").write(image, ProgressTask.silent());
        }

        assertThat(unpacked(layout, "top")).contains("etc/passwd f").contains("etc/motd f 644");
        assertThat(OciLayout.tags(layout)).containsExactly("base", "top");
        assertThat(Command.of("umoci", "gc", "--layout", layout).run().exitCode())
                .isZero();
        assertThat(Command.of("umoci", "stat", "--image", layout + ":top")
                        .run()
                        .orFail()
                        .output())
                .contains("sandbox-image");
    }

    private String unpacked(Path layout, String tag) {
        Path bundle = folder.resolve("bundle");
        Command.of("umoci", "unpack", "--image", layout + ":" + tag, bundle)
                .run()
                .orFail();
        String format = "%P %y %m %U:%G %TY-%Tm-%Td %l\\n";
        return Command.of("find", bundle.resolve("rootfs"), "-mindepth", "1", "-printf", format)
                .env("TZ", "UTC")
                .run()
                .orFail()
                .output()
                .replace(" \n", " -\n");
    }
}
