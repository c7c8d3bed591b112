package io.sandboximage.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.ext4.Ext4Superblock;
import io.sandboximage.generated.MemoryFolder;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.LoopMount;
import io.sandboximage.testkit.engine.QemuGuest;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every combination of the options that users have is a file system that e2fsck passes and the kernel mounts, and some that differ in
 * every option boot. {@code -Dsandboximage.boots=6} boots all of those.
 */
@RequiresEngine({Engine.E2FSPROGS, Engine.LOOP_MOUNTS, Engine.BUSYBOX_STATIC})
class SnapshotOptionsIT {
    private static final long MIB = 1L << 20;
    private static final UUID CHOSEN = UUID.fromString("0b8a2c1e-5f3d-4e6a-9c7b-1d2e3f405162");
    private static final Duration BOOT_TIMEOUT = Duration.ofMinutes(15);
    private static final int BOOTS = Integer.getInteger("sandboximage.boots", 1);

    /** Any two options meet in all their values. */
    private static final int[][] PAIRWISE = {
        {0, 0, 0, 0, 0}, {1, 1, 1, 1, 0}, {2, 0, 1, 0, 1}, {3, 1, 0, 0, 1}, {0, 1, 1, 1, 1}, {1, 0, 0, 1, 1}
    };

    private static final String INIT = """
        #!/bin/busybox sh
        /bin/busybox mount -t proc proc /proc
        /bin/busybox echo "guest: $(/bin/busybox cat /etc/resolv.conf)"
        /bin/busybox touch /written && /bin/busybox sync
        /bin/busybox mount -o remount,ro / && /bin/busybox echo "guest: done"
        /bin/busybox poweroff -f
        """;

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private ImageSource image;

    @BeforeEach
    void makeImage() throws IOException {
        LayerSpec layer = LayerSpec.empty()
                .file("/bin/busybox", Files.readAllBytes(Engine.BUSYBOX_STATIC.path()), 0755)
                .file("/etc/resolv.conf", text("from the image"), 0644)
                .directory("/dev", 0755)
                .directory("/proc", 0755);
        image = ImageAssembly.scratch(Platform.linuxOnThisMachine())
                .layer(layer)
                .produce(ProgressTask.silent());
    }

    @Test
    void everyCombinationIsCleanAndMounts() throws IOException {
        Path mountPoint = Files.createDirectory(folder.resolve("mounted"));
        for (int size = 0; size < 4; size++) {
            for (int others = 0; others < 16; others++) {
                int[] choice = {size, others & 1, others >> 1 & 1, others >> 2 & 1, others >> 3 & 1};
                Path file = folder.resolve("root.ext4");
                convert(file, choice);
                Command.of("e2fsck", "-fn", file).run().orFail();
                requireChosen(file, choice);
                try (LoopMount mount = LoopMount.readWrite(file, mountPoint)) {
                    assertThat(mount.path().resolve("etc/resolv.conf"))
                            .hasContent(choice[4] == 0 ? "from the image" : "nameserver 192.0.2.1");
                    Files.writeString(mount.path().resolve("written"), "by the kernel");
                    assertThat(mount.kernelWarnings()).isEmpty();
                }
                Command.of("e2fsck", "-fn", file).run().orFail();
                Files.delete(file);
            }
        }
    }

    @Test
    @RequiresEngine({Engine.QEMU, Engine.QEMU_IMG, Engine.CLOUD_KERNEL})
    void combinationsThatDifferInEveryOptionBoot() {
        for (int i = 0; i < BOOTS; i++) {
            // The last ones first: they have the added init, with which the boot ends by itself.
            int[] choice = PAIRWISE[PAIRWISE.length - 1 - i].clone();
            boolean withFiles = choice[4] == 1;
            boolean qcow2 = i % 2 == 0;
            Path file = folder.resolve("boot-" + i + (qcow2 ? ".qcow2" : ".ext4"));
            Ext4Snapshotter snapshotter = snapshotter(file, choice).qcow2(qcow2);
            LayerSpec init = LayerSpec.empty().file("/sbin/init", text(INIT), 0755);
            snapshotter.add(init).snapshot(image, ProgressTask.silent());
            String console = QemuGuest.boot(file, "/sbin/init", folder, BOOT_TIMEOUT);
            assertThat(console)
                    .contains("guest: " + (withFiles ? "nameserver 192.0.2.1" : "from the image"), "guest: done")
                    .doesNotContain("EXT4-fs error", "EXT4-fs warning");
            Command.of("e2fsck", "-fn", qcow2 ? raw(file) : file).run().orFail();
        }
    }

    private Path raw(Path qcow2) {
        Command.of("qemu-img", "check", qcow2).run().orFail();
        Path raw = folder.resolve("raw.ext4");
        Command.of("qemu-img", "convert", "-O", "raw", qcow2, raw).run().orFail();
        return raw;
    }

    @Test
    void addedFilesHaveTheirOwnersAndModesAndLeaveTheImageAsItIs() throws IOException {
        Path keys = Files.createDirectories(folder.resolve("keys"));
        Files.writeString(keys.resolve("authorized_keys"), "ssh-ed25519 AAAA");
        Path file = folder.resolve("root.ext4");
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(file)
                .add(LayerSpec.directory(keys, "/home/dev/.ssh").owner(1000, 1001))
                .add(LayerSpec.empty().file("/etc/secret", text("one"), 0600, 7, 8))
                .add(LayerSpec.empty().file("/etc/secret", text("two"), 0640, 9, 10));

        Snapshot first = snapshotter.snapshot(image, ProgressTask.silent());
        Snapshot second = snapshotter.snapshot(image, ProgressTask.silent());
        Files.writeString(keys.resolve("authorized_keys"), "ssh-ed25519 BBBB");
        Snapshot third = snapshotter.snapshot(image, ProgressTask.silent());

        assertThat(first.image())
                .isEqualTo(
                        image.image(Platform.linuxOnThisMachine()).descriptor().digest());
        assertThat(List.of(first.reused(), second.reused(), third.reused())).containsExactly(false, true, false);
        assertThat(stat(file, "/home/dev/.ssh/authorized_keys")).contains("User:  1000", "Group:  1001");
        assertThat(stat(file, "/etc/secret")).contains("Mode:  0640", "User:     9", "Group:    10");
        assertThat(Command.of("debugfs", "-R", "cat /home/dev/.ssh/authorized_keys", file)
                        .run()
                        .orFail()
                        .output())
                .isEqualTo("ssh-ed25519 BBBB");
    }

    @Test
    void sizesThatAreExpectedToPassTwoTebibytesNeedNoExactSize() throws IOException {
        List<Ext4Snapshotter> large = new ArrayList<>();
        large.add(Ext4Snapshotter.to(folder.resolve("minimum.ext4")).minimumSize("3TiB"));
        large.add(Ext4Snapshotter.to(folder.resolve("free.ext4")).freeSpace("5TiB"));
        for (Ext4Snapshotter snapshotter : large) {
            snapshotter.maxSize(16L << 40).inodes(100_000).journal(false).snapshot(image, ProgressTask.silent());
            Command.of("e2fsck", "-fn", snapshotter.file())
                    .timeout(Duration.ofMinutes(5))
                    .run()
                    .orFail();
            Files.delete(snapshotter.file());
        }
    }

    private void convert(Path file, int[] choice) {
        snapshotter(file, choice).snapshot(image, ProgressTask.silent());
    }

    /** @param choice of size, inodes, journal, label and UUID, added files */
    private static Ext4Snapshotter snapshotter(Path file, int[] choice) {
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(file).journal(choice[2] == 0);
        snapshotter = switch (choice[0]) {
            case 1 -> snapshotter.size(40 * MIB);
            case 2 -> snapshotter.freeSpace(30 * MIB);
            case 3 -> snapshotter.minimumSize(200 * MIB).freeSpacePercent(5);
            default -> snapshotter;
        };
        if (choice[1] == 1) {
            snapshotter = snapshotter.inodes(5000);
        }
        if (choice[3] == 1) {
            snapshotter = snapshotter.label("sandbox").uuid(CHOSEN);
        }
        if (choice[4] == 1) {
            snapshotter = snapshotter.add(
                    LayerSpec.empty().file("/etc/resolv.conf", text("nameserver 192.0.2.1"), 0644, 0, 0));
        }
        return snapshotter;
    }

    private static void requireChosen(Path file, int[] choice) throws IOException {
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            Ext4Superblock superblock = reader.superblock();
            long free = superblock.freeBlocks() * superblock.blockBytes();
            switch (choice[0]) {
                case 1 -> assertThat(Files.size(file)).isEqualTo(40 * MIB);
                case 2 -> assertThat(free).isBetween(30 * MIB, 31 * MIB);
                case 3 -> assertThat(Files.size(file)).isBetween(200 * MIB, 201 * MIB);
                default -> assertThat(free).isPositive();
            }
            if (choice[1] == 1) {
                assertThat(superblock.inodeCount()).isBetween(5000L, 5100L);
            }
            assertThat(superblock.features().contains("has_journal")).isEqualTo(choice[2] == 0);
            assertThat(superblock.label()).isEqualTo(choice[3] == 1 ? "sandbox" : "");
            assertThat(superblock.uuid().equals(CHOSEN)).isEqualTo(choice[3] == 1);
        }
    }

    private static String stat(Path file, String path) {
        return Command.of("debugfs", "-R", "stat " + path, file).run().orFail().output();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
