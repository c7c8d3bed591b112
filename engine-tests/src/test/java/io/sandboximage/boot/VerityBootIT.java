package io.sandboximage.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.KernelModules;
import io.sandboximage.testkit.engine.QemuGuest;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel's dm-verity reads snapshots with a hash tree, and refuses what was changed in them. */
@RequiresEngine({Engine.QEMU, Engine.CLOUD_KERNEL, Engine.BUSYBOX_STATIC, Engine.VERITYSETUP})
class VerityBootIT {
    private static final Duration BOOT_TIMEOUT = Duration.ofMinutes(10);
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+\\.so\\S*)");
    private static final int BULK_BYTES = 6_000_000;
    /** Within the data of the one large file. */
    private static final long CHANGED_AT = 5_000_000;

    /** libdevmapper makes its nodes itself where no udev does. */
    private static final String INIT = """
        #!/bin/busybox sh
        export PATH=/bin:/sbin DM_DISABLE_UDEV=1
        busybox mount -t proc proc /proc
        busybox mount -t sysfs sys /sys
        busybox mount -t tmpfs run /run
        for module in %1$s; do
          busybox insmod /modules/$module || echo "guest: no $module"
        done
        for disk in vdb vdc; do
          veritysetup open /dev/$disk $disk /dev/$disk %2$s --hash-offset=%3$s && echo "guest: $disk is open"
          busybox mount -t ext4 -o ro /dev/mapper/$disk /mnt && echo "guest: $disk is mounted"
          echo "guest: $disk says $(busybox cat /mnt/small)"
          echo "guest: $disk has $(busybox sha256sum /mnt/bulk)"
          busybox cat /mnt/bulk > /dev/null || echo "guest: $disk is not read whole"
          echo "guest: $disk: $(veritysetup status $disk | busybox grep status:)"
          busybox umount /mnt
          veritysetup close $disk && echo "guest: $disk is closed"
        done
        veritysetup open /dev/vdb wrong /dev/vdb %4$s --hash-offset=%3$s
        busybox mount -t ext4 -o ro /dev/mapper/wrong /mnt || echo "guest: the wrong root hash opens nothing"
        busybox mount -o remount,ro / && echo "guest: done"
        busybox poweroff -f
        """;

    @TempDir
    Path folder;

    @Test
    void aKernelReadsWhatIsWholeAndGivesAnErrorForWhatWasChanged() throws IOException {
        byte[] bulk = new byte[BULK_BYTES];
        new Random(9).nextBytes(bulk);
        Path whole = folder.resolve("whole.ext4");
        Map<String, String> facts = snapshot(
                Ext4Snapshotter.to(whole).size("16MiB").verity(),
                LayerSpec.empty()
                        .file("/bulk", bulk, 0644)
                        .file("/small", "all is well".getBytes(StandardCharsets.UTF_8), 0644));
        Path changed = Files.copy(whole, folder.resolve("changed.ext4"));
        flip(changed);
        Path root = folder.resolve("root.ext4");
        snapshot(Ext4Snapshotter.to(root).freeSpace("8MiB"), guest(facts));

        String console = QemuGuest.boot(root, "/sbin/init", List.of(whole, changed), folder, BOOT_TIMEOUT);

        assertThat(console)
                .contains("guest: vdb is open", "guest: vdb is mounted", "guest: vdb says all is well")
                .contains("guest: vdb has " + Digest.sha256(bulk).hex())
                .containsPattern("guest: vdb: +status: +verified")
                .contains("guest: vdb is closed")
                .contains("guest: vdc is open", "guest: vdc is mounted", "guest: vdc says all is well")
                .contains("guest: vdc is not read whole")
                .doesNotContain("guest: vdc has " + Digest.sha256(bulk).hex())
                .containsPattern("device-mapper: verity: .*: data block " + CHANGED_AT / 4096 + " is corrupted")
                .containsPattern("guest: vdc: +status: +corrupted")
                .contains("guest: the wrong root hash opens nothing", "guest: done")
                .doesNotContain("guest: no ");
    }

    /** The real tool with all that it needs to run, and the modules. */
    private static LayerSpec guest(Map<String, String> facts) throws IOException {
        Path tool = Engine.VERITYSETUP.path();
        LayerSpec layer = LayerSpec.empty()
                .file("/bin/busybox", Files.readAllBytes(Engine.BUSYBOX_STATIC.path()), 0755)
                .file("/sbin/veritysetup", Files.readAllBytes(tool), 0755);
        for (String directory : List.of("/dev", "/proc", "/sys", "/run", "/mnt")) {
            layer = layer.directory(directory, 0755);
        }
        Matcher library = LIBRARY.matcher(Command.of("ldd", tool).run().orFail().output());
        while (library.find()) {
            layer = layer.file(library.group(1), Files.readAllBytes(Path.of(library.group(1))), 0755);
        }
        List<String> modules = new ArrayList<>();
        for (Path module : KernelModules.of("dm-verity")) {
            modules.add(module.getFileName().toString());
            layer = layer.file("/modules/" + module.getFileName(), Files.readAllBytes(module), 0644);
        }
        String root = facts.get("verityRootHash");
        String wrong = new StringBuilder(root).reverse().toString();
        String init = INIT.formatted(String.join(" ", modules), root, facts.get("verityHashOffset"), wrong);
        return layer.file("/sbin/init", init.getBytes(StandardCharsets.UTF_8), 0755);
    }

    private static Map<String, String> snapshot(Ext4Snapshotter snapshotter, LayerSpec layer) {
        try (ImageSource image = ImageAssembly.scratch(Platform.linuxOnThisMachine())
                .layer(layer)
                .produce(ProgressTask.silent())) {
            return snapshotter.snapshot(image, ProgressTask.silent()).properties();
        }
    }

    private static void flip(Path file) throws IOException {
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.seek(CHANGED_AT);
            int old = disk.read();
            disk.seek(CHANGED_AT);
            disk.write(old ^ 1);
        }
    }
}
