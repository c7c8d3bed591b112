package io.sandboximage.testkit.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The initial RAM disk that a Debian cloud kernel needs to find its root: ext4 is built into it, the virtio disk is not. Holds a
 * static busybox, the modules, and a script that mounts {@code /dev/vda} and hands over to its init. The format is cpio, "newc"
 * (the kernel's Documentation/driver-api/early-userspace/buffer-format.rst).
 */
final class Initrd {
    /** Written to the console before the kernel's root is given up. */
    static final String FAILED = "initrd: no root";

    private static final List<String> WANTED_MODULES = List.of("virtio_pci", "virtio_blk");
    private static final int REGULAR = 0100755;
    private static final int DIRECTORY = 0040755;

    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private int inode;

    private Initrd() {}

    /**
     * @param modules the kernel's folder in {@code /lib/modules}
     * @param init path in the root of the first program
     */
    static byte[] of(Path busybox, Path modules, String init) throws IOException {
        Initrd initrd = new Initrd();
        for (String folder : List.of("bin", "dev", "modules", "root")) {
            initrd.add(folder, DIRECTORY, new byte[0]);
        }
        initrd.add("bin/busybox", REGULAR, Files.readAllBytes(busybox));
        List<String> names = new ArrayList<>();
        for (Path module : KernelModules.withDependencies(modules, WANTED_MODULES)) {
            String name = module.getFileName().toString();
            names.add(name);
            initrd.add("modules/" + name, REGULAR, Files.readAllBytes(module));
        }
        String script = script(names, init);
        initrd.add("init", REGULAR, script.getBytes(StandardCharsets.UTF_8));
        initrd.add("TRAILER!!!", 0, new byte[0]);
        return initrd.archive.toByteArray();
    }

    private static String script(List<String> modules, String init) {
        return """
            #!/bin/busybox sh
            /bin/busybox mount -t devtmpfs dev /dev
            for module in %s; do
              /bin/busybox insmod /modules/$module || echo "initrd: no $module"
            done
            if ! /bin/busybox mount -t ext4 -o rw /dev/vda /root; then
              echo "%s"
              /bin/busybox poweroff -f
            fi
            /bin/busybox mount -o move /dev /root/dev 2>/dev/null || /bin/busybox umount -l /dev
            exec /bin/busybox switch_root -c /dev/console /root %s
            """.formatted(String.join(" ", modules), FAILED, init);
    }

    private void add(String name, int mode, byte[] content) throws IOException {
        byte[] nameBytes = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        int links = mode == DIRECTORY ? 2 : 1;
        // magic, then 13 numbers of 8 hexadecimal digits
        archive.write(String.format(
                        Locale.ROOT,
                        "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
                        ++inode,
                        mode,
                        0,
                        0,
                        links,
                        0,
                        content.length,
                        0,
                        0,
                        0,
                        0,
                        nameBytes.length,
                        0)
                .getBytes(StandardCharsets.US_ASCII));
        archive.write(nameBytes);
        pad();
        archive.write(content);
        pad();
    }

    private void pad() {
        while (archive.size() % 4 != 0) {
            archive.write(0);
        }
    }
}
