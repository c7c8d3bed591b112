package io.sandboximage.testkit.engine;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A file system image mounted by this machine's kernel; needs {@link Engine#LOOP_MOUNTS}. Closing unmounts it. */
public final class LoopMount implements AutoCloseable {
    private static final Pattern COMPLAINT = Pattern.compile("warning|error|corrupt", Pattern.CASE_INSENSITIVE);

    private final String device;
    private final Path path;
    private final Set<String> logBefore;

    private LoopMount(String device, Path path, Set<String> logBefore) {
        this.device = device;
        this.path = path;
        this.logBefore = logBefore;
    }

    /** Mounts {@code image} on the existing empty folder {@code mountPoint}, so that nothing in the image changes. */
    public static LoopMount readOnly(Path image, Path mountPoint) {
        return mount(image, mountPoint, true);
    }

    public static LoopMount readWrite(Path image, Path mountPoint) {
        return mount(image, mountPoint, false);
    }

    private static LoopMount mount(Path image, Path mountPoint, boolean readOnly) {
        Command losetup = Command.of("losetup", "--find", "--show");
        String device = (readOnly ? losetup.with("--read-only", image) : losetup.with(image))
                .run()
                .orFail()
                .output()
                .strip();
        LoopMount mount = new LoopMount(device, mountPoint, kernelLog());
        try {
            // The type is named so that the kernel's refusal is reported, not a guess at other file systems.
            Command.of("mount", "-t", "ext4", "-o", readOnly ? "ro" : "rw", device, mountPoint)
                    .run()
                    .orFail();
            return mount;
        } catch (Throwable e) {
            Command.of("losetup", "--detach", device).run();
            throw e;
        }
    }

    /** The mounted root. */
    public Path path() {
        return path;
    }

    /** The block device, for instance {@code /dev/loop3}. */
    public String device() {
        return device;
    }

    /** What the kernel had to say against the file system since it was mounted; empty for a good one. */
    public List<String> kernelWarnings() {
        String name = "(" + device.substring(device.lastIndexOf('/') + 1) + ")";
        return kernelLog().stream()
                // Each line carries its time, so lines of former mounts on the same device are told apart.
                .filter(line -> !logBefore.contains(line))
                .filter(line -> line.contains("EXT4-fs") && line.contains(name))
                .filter(line -> COMPLAINT.matcher(line).find())
                .toList();
    }

    private static Set<String> kernelLog() {
        return new LinkedHashSet<>(
                Command.of("dmesg").run().orFail().output().lines().toList());
    }

    @Override
    public void close() {
        try {
            Command.of("umount", path).run().orFail();
        } finally {
            Command.of("losetup", "--detach", device).run().orFail();
        }
    }
}
