package io.sandboximage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A way from an OCI layout to an ext4 file.
 *
 * @param script for bash; leaves {@code file} behind
 * @param clean removes what the script left, {@code file} among it; not timed
 */
record Contestant(String name, Path file, String script, String clean) {
    private static final int HEAP_MIB = 256;

    /** As the launcher of the command line has them. */
    private static final String OPTIONS = "-XX:+UseSerialGC"
            + " -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000"
            + " -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000";

    static Contestant ours(Path layout, Path work) {
        Path file = work.resolve("ours.ext4");
        return new Contestant(
                "sandbox-image, -Xmx256m",
                file,
                conversion(layout, file, BenchmarkImage.TAG, ""),
                "rm -f " + quote(file));
    }

    /**
     * A conversion as a process.
     *
     * @param cache of layers; empty for none
     */
    static String conversion(Path layout, Path file, String tag, String cache) {
        return java(HEAP_MIB, ConvertImage.class, layout, file, tag) + (cache.isEmpty() ? "" : " " + quote(cache));
    }

    /** A program of ours as a process. */
    static String java(int heapMib, Class<?> program, Object... arguments) {
        List<String> words = new ArrayList<>(List.of(
                quote(Path.of(System.getProperty("java.home"), "bin", "java")),
                "-Xmx" + heapMib + "m",
                OPTIONS,
                "-cp",
                quote(System.getProperty("java.class.path")),
                program.getName()));
        for (Object argument : arguments) {
            words.add(quote(argument));
        }
        return String.join(" ", words);
    }

    static Contestant umociAndMke2fs(Path layout, Path work, long sizeBytes) {
        Path file = work.resolve("umoci.ext4");
        Path root = work.resolve("umoci-root");
        return new Contestant(
                "umoci raw unpack + mke2fs -d",
                file,
                "umoci raw unpack --image " + quote(layout + ":" + BenchmarkImage.TAG) + " " + quote(root) + "\n"
                        + "mke2fs -q -t ext4 -d " + quote(root) + " " + quote(file) + " " + sizeBytes / 1024 + "k",
                "rm -rf " + quote(root) + " " + quote(file));
    }

    /** Tar knows no whiteouts: it gets a list of what they remove, for each layer, free of charge. */
    static Contestant loopMountAndTar(Path layout, Path work, long sizeBytes, List<WrittenLayer> layers)
            throws IOException {
        Path file = work.resolve("loop.ext4");
        Path mount = Files.createDirectories(work.resolve("loop-mount"));
        StringBuilder script = new StringBuilder("truncate -s " + sizeBytes + " " + quote(file) + "\n"
                + "mke2fs -q -t ext4 " + quote(file) + "\n"
                + "mount -o loop " + quote(file) + " " + quote(mount) + "\n"
                + "trap 'umount " + quote(mount) + " 2>/dev/null || true' EXIT\n");
        for (int i = 0; i < layers.size(); i++) {
            WrittenLayer layer = layers.get(i);
            if (!layer.removals().isEmpty()) {
                Path removals = work.resolve("removals-" + i);
                Files.writeString(removals, String.join("\0", layer.removals()));
                script.append("(cd ").append(quote(mount)).append(" && xargs -0 rm -rf < ");
                script.append(quote(removals)).append(")\n");
            }
            script.append("tar --numeric-owner --xattrs --xattrs-include='*' --exclude='.wh.*' -C ")
                    .append(quote(mount))
                    .append(" -xpzf ")
                    .append(quote(layout.resolve("blobs/sha256/" + layer.digest())))
                    .append('\n');
        }
        script.append("umount ").append(quote(mount)).append("\ntrap - EXIT");
        return new Contestant("loop mount + tar per layer (root)", file, script.toString(), "rm -f " + quote(file));
    }

    private static String quote(Object word) {
        return "'" + word + "'";
    }
}
