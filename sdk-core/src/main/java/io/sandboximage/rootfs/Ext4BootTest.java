package io.sandboximage.rootfs;

import io.sandboximage.PipelineCheck;
import io.sandboximage.PipelineResult;
import io.sandboximage.Snapshot;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.progress.ProgressTask;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Boots ext4 files in QEMU and waits for a text on the console: as a check of a pipeline all that it made. The files stay as they
 * are; what the guest writes is thrown away. Immutable and thread-safe.
 *
 * <pre>{@code
 * Ext4BootTest.with(Path.of("/boot/vmlinuz")).init("/sbin/init").expect("login:")
 * }</pre>
 *
 * <p>The kernel must find a virtio disk and ext4 by itself or by an {@link #initrd}; it is told {@code root=/dev/vda rw}. The
 * guest is emulated, which works everywhere and takes seconds; with {@link #kvm} it takes milliseconds.
 */
public final class Ext4BootTest implements PipelineCheck {
    private static final String QEMU = "qemu-system-x86_64";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int MEMORY_MIB = 512;

    private final Path kernel;
    private final Optional<Path> initrd;
    private final String init;
    private final String expected;
    private final Optional<Path> qemu;
    private final Duration limit;
    private final boolean kvm;

    private Ext4BootTest(
            Path kernel,
            Optional<Path> initrd,
            String init,
            String expected,
            Optional<Path> qemu,
            Duration limit,
            boolean kvm) {
        this.kernel = kernel;
        this.initrd = initrd;
        this.init = init;
        this.expected = expected;
        this.qemu = qemu;
        this.limit = limit;
        this.kvm = kvm;
    }

    /** Boots this kernel for x86-64, and waits two minutes at most until the guest powers off by itself. */
    public static Ext4BootTest with(Path kernel) {
        return new Ext4BootTest(kernel, Optional.empty(), "/sbin/init", "", Optional.empty(), LIMIT, false);
    }

    /** An initial RAM disk for kernels that need one to find their root. */
    public Ext4BootTest initrd(Path file) {
        return new Ext4BootTest(kernel, Optional.of(file), init, expected, qemu, limit, kvm);
    }

    /** Path in the file system of the first program; {@code /sbin/init} unless set. */
    public Ext4BootTest init(String path) {
        return new Ext4BootTest(kernel, initrd, path, expected, qemu, limit, kvm);
    }

    /** The text on the console that proves that it works; the guest is ended when it shows. */
    public Ext4BootTest expect(String consoleText) {
        return new Ext4BootTest(kernel, initrd, init, consoleText, qemu, limit, kvm);
    }

    /** The QEMU to boot with; {@code qemu-system-x86_64} of the PATH unless set. */
    public Ext4BootTest qemu(Path program) {
        return new Ext4BootTest(kernel, initrd, init, expected, Optional.of(program), limit, kvm);
    }

    /** How long the guest may take. */
    public Ext4BootTest limit(Duration atMost) {
        return new Ext4BootTest(kernel, initrd, init, expected, qemu, atMost, kvm);
    }

    /** Lets the host's processor run the guest, where {@code /dev/kvm} can be relied on: many virtual machines have it in vain. */
    public Ext4BootTest kvm() {
        return new Ext4BootTest(kernel, initrd, init, expected, qemu, limit, true);
    }

    /**
     * Boots each ext4 file that the pipeline made.
     *
     * @throws InvalidRequestException if it made none
     */
    @Override
    public void check(PipelineResult made, ProgressTask progress) {
        List<Snapshot> files = made.snapshots().stream()
                .filter(snapshot -> snapshot.kind().equals(Ext4Snapshotter.KIND))
                .toList();
        if (files.isEmpty()) {
            throw new InvalidRequestException("There is nothing to boot: the pipeline makes no ext4 file. Add"
                    + " snapshot(Ext4Snapshotter.to(file))");
        }
        files.forEach(file -> run(Path.of(file.reference()), progress));
    }

    /**
     * Boots one file.
     *
     * @throws NotFoundException if there is no QEMU or no kernel; the message tells how to get one
     * @throws InvalidContentException if the guest ends, or the time passes, before the text shows; with the console's last lines
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted; the guest is ended
     */
    public void run(Path ext4, ProgressTask progress) {
        List<String> command = command(ext4);
        try (ProgressTask task = progress.child("boot " + ext4.getFileName());
                BootConsole console = BootConsole.of(command)) {
            String failure = console.awaitText(expected, limit);
            if (!failure.isEmpty()) {
                throw new InvalidContentException(
                        "The file system " + ext4 + " did not boot: " + failure + ". The console: " + console.tail());
            }
            task.done();
        } catch (IOException e) {
            throw new StorageException("Could not run " + command.get(0) + ": " + e.getMessage(), e);
        }
    }

    private List<String> command(Path ext4) {
        String program = qemu.or(Ext4BootTest::onPath)
                .filter(Files::isExecutable)
                .map(Path::toString)
                .orElseThrow(() -> new NotFoundException("Could not boot " + ext4 + ": there is no "
                        + qemu.map(Path::toString).orElse(QEMU)
                        + ". Install QEMU (Debian: apt-get install qemu-system-x86), name its program with qemu(…),"
                        + " or leave the boot test out"));
        for (Path file : initrd.map(disk -> List.of(kernel, disk)).orElse(List.of(kernel))) {
            if (!Files.isReadable(file)) {
                throw new NotFoundException("Could not boot " + ext4 + ": " + file
                        + " is not there or may not be read. Name a kernel, and its initial RAM disk where it"
                        + " needs one");
            }
        }
        List<String> words = new ArrayList<>(List.of(program));
        // A panic reboots at once (panic=-1), which -no-reboot turns into an end.
        words.addAll(List.of("-accel", kvm ? "kvm" : "tcg", "-machine", "pc", "-m", Integer.toString(MEMORY_MIB)));
        words.addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", "stdio"));
        words.addAll(List.of("-kernel", kernel.toString()));
        initrd.ifPresent(disk -> words.addAll(List.of("-initrd", disk.toString())));
        words.addAll(List.of("-append", "console=ttyS0 panic=-1 root=/dev/vda rw init=" + init));
        words.addAll(List.of(
                "-drive",
                "file=" + ext4.toAbsolutePath().toString().replace(",", ",,")
                        + ",format=raw,if=virtio,snapshot=on,cache=unsafe"));
        return words;
    }

    private static Optional<Path> onPath() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path program = Path.of(folder.isEmpty() ? "." : folder).resolve(QEMU);
            if (Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }
}
