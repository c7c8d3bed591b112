package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Boots an ext4 file as the root of a small virtual machine, with a Debian cloud kernel, until the guest powers off. Emulated
 * without the help of the host's processor, so that it works everywhere; booting takes seconds, not milliseconds. Needs
 * {@link Engine#QEMU}, {@link Engine#CLOUD_KERNEL} and {@link Engine#BUSYBOX_STATIC}.
 */
public final class QemuGuest {
    private static final String MEMORY_MIB = "256";

    private QemuGuest() {}

    /**
     * @param root ext4 file, in QEMU's own format if its name ends with {@code .qcow2}; the guest writes to it
     * @param init path in it of the first program, which powers the machine off when it is done
     * @param folder for the console's log and the initial RAM disk
     * @return what the guest's console showed
     * @throws AssertionError if the guest does not power off in time or finds no root; the message holds the console
     */
    public static String boot(Path root, String init, Path folder, Duration timeout) {
        return boot(root, init, List.of(), folder, timeout);
    }

    /**
     * Boots with more disks.
     *
     * @param disks raw files, which the guest can only read: {@code /dev/vdb} and those after it
     * @see #boot(Path, String, Path, Duration)
     */
    public static String boot(Path root, String init, List<Path> disks, Path folder, Duration timeout) {
        Path kernel = Engine.CLOUD_KERNEL.path();
        Path initrd = initrd(init, folder);
        // A panic reboots at once (panic=-1), which -no-reboot turns into an end instead of a wait for the timeout.
        Command qemu = Command.of(Engine.QEMU.path(), "-accel", "tcg", "-machine", "pc", "-m", MEMORY_MIB)
                .with("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", "stdio")
                .with("-kernel", kernel, "-initrd", initrd, "-append", "console=ttyS0 panic=-1")
                .with("-drive", drive(root));
        for (Path disk : disks) {
            qemu = qemu.with("-drive", drive(disk) + ",readonly=on");
        }
        try (Daemon guest = qemu.start(folder.resolve("console.log"))) {
            int exitCode = guest.awaitEnd(timeout);
            String console = guest.log();
            if (exitCode != 0 || console.contains(Initrd.FAILED)) {
                throw new AssertionError("The guest ended with " + exitCode + ":\n" + console);
            }
            return console;
        }
    }

    private static String drive(Path file) {
        String format = file.toString().endsWith(".qcow2") ? "qcow2" : "raw";
        return "file=" + file.toString().replace(",", ",,") + ",format=" + format + ",if=virtio,cache=unsafe";
    }

    /** Writes the initial RAM disk that a Debian cloud kernel needs to boot from a virtio disk and to run {@code init} there. */
    public static Path initrd(String init, Path folder) {
        try {
            return Files.write(
                    folder.resolve("initrd.cpio"),
                    Initrd.of(Engine.BUSYBOX_STATIC.path(), KernelModules.folder(), init));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
