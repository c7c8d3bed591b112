package io.sandboximage.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.QemuGuest;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image becomes the root of a virtual machine: a real kernel mounts it read-write and runs the image's own init. */
@RequiresEngine({Engine.QEMU, Engine.CLOUD_KERNEL, Engine.BUSYBOX_STATIC, Engine.UMOCI, Engine.E2FSPROGS})
class QemuBootIT {
    private static final Duration BOOT_TIMEOUT = Duration.ofMinutes(5);
    private static final String INIT = """
            #!/bin/busybox sh
            export PATH=/bin
            busybox mount -t proc proc /proc
            busybox grep ' / ext4 rw' /proc/mounts && echo "guest: root is writable"
            echo "written in the guest" > /etc/written
            for i in $(busybox seq 1 300); do echo $i > /srv/file-$i; done
            busybox rm -rf /srv/file-1*
            busybox sync
            echo "guest: $(busybox ls /srv | busybox wc -l) files, $(busybox cat /etc/from-the-image) and $(busybox cat /etc/written)"
            busybox mount -o remount,ro / && echo "guest: done"
            busybox poweroff -f
            """;

    @TempDir
    Path folder;

    @Test
    void aKernelRunsTheInitOfAnImageFromItsExt4File() throws IOException {
        Path ext4 = folder.resolve("root.ext4");
        try (ImageSource image = OciLayout.source(layout(), "v1")) {
            Ext4Snapshotter.to(ext4).size("64MiB").label("sandbox").snapshot(image, ProgressTask.silent());
        }

        String console = QemuGuest.boot(ext4, "/sbin/init", folder, BOOT_TIMEOUT);

        assertThat(console)
                .contains("guest: root is writable")
                .contains("guest: 189 files, made on the host and written in the guest")
                .contains("guest: done")
                .doesNotContain("EXT4-fs error", "EXT4-fs warning", "EXT4-fs (vda): error", "EXT4-fs (vda): warning");
        // What the kernel wrote into our structures is as sound as they were.
        Command.of("e2fsck", "-f", "-n", ext4).run().orFail();
        assertThat(Command.of("debugfs", "-R", "cat /etc/written", ext4)
                        .run()
                        .orFail()
                        .output())
                .isEqualTo("written in the guest\n");
    }

    /** One layer for each insertion, the way umoci makes them. */
    private Path layout() throws IOException {
        Path layout = folder.resolve("layout");
        String image = layout + ":v1";
        Command.of("umoci", "init", "--layout", layout).run().orFail();
        Command.of("umoci", "new", "--image", image).run().orFail();
        Path root = folder.resolve("root");
        for (String mountPoint : new String[] {"dev", "proc", "sys", "srv", "tmp"}) {
            Files.createDirectories(root.resolve(mountPoint));
        }
        write(root.resolve("etc/from-the-image"), "made on the host");
        insert(image, root, "/");
        // A copy, because umoci changes the mode of the folder that it reads from for a moment.
        Path busybox =
                Files.copy(Engine.BUSYBOX_STATIC.path(), folder.resolve("busybox"), StandardCopyOption.COPY_ATTRIBUTES);
        insert(image, busybox, "/bin/busybox");
        Path init = write(folder.resolve("init"), INIT);
        assertThat(init.toFile().setExecutable(true)).isTrue();
        insert(image, init, "/sbin/init");
        return layout;
    }

    private static void insert(String image, Path source, String target) {
        Command.of("umoci", "insert", "--rootless", "--image", image, source, target)
                .run()
                .orFail();
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
