package io.sandboximage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A way from an OCI layout to an ext4 file.
 *
 * @param prepare for bash; run once, not timed
 * @param script for bash; leaves {@code file} behind
 * @param clean removes what the script left, {@code file} among it; not timed
 * @param complete whether the file is an ext4 file system with all of the image
 */
record Contestant(String name, Path file, String prepare, String script, String clean, boolean complete) {
    private static final int HEAP_MIB = 256;
    private static final String NOTHING = ":";
    private static final String LIMIT = "limit: ";

    static Contestant ours(Path layout, Path work, Jdk jdk) {
        Path file = work.resolve("ours.ext4");
        Path classes = work.resolve("ours-" + jdk.feature() + ".jsa");
        Object[] arguments = {layout, file};
        return new Contestant(
                "sandbox-image, -Xmx256m, Java " + jdk.feature(),
                file,
                // Needs jars on the class path; without an archive the JVM starts a little slower.
                jdk.command(HEAP_MIB, "-XX:ArchiveClassesAtExit=" + quote(classes), ConvertImage.class, arguments)
                        + " || true; rm -f " + quote(file),
                jdk.command(HEAP_MIB, "-XX:SharedArchiveFile=" + quote(classes), ConvertImage.class, arguments),
                "rm -f " + quote(file),
                true);
    }

    boolean isLimit() {
        return name.startsWith(LIMIT);
    }

    /** What every conversion has to do at least. */
    static Contestant limit(Path layout, Path work, Jdk jdk) {
        Path file = work.resolve("limit");
        return new Contestant(
                LIMIT + "java.util.zip + SHA-256 + write + sync, Java " + jdk.feature(),
                file,
                NOTHING,
                jdk.command(HEAP_MIB, "", InflateHashWrite.class, layout, file),
                "rm -f " + quote(file),
                false);
    }

    /** A program of ours as a process. */
    static String java(int heapMib, Class<?> program, Object... arguments) {
        return Jdk.running().command(heapMib, "", program, arguments);
    }

    static Contestant umociAndMke2fs(Path layout, Path work, long sizeBytes) {
        Path file = work.resolve("umoci.ext4");
        Path root = work.resolve("umoci-root");
        return new Contestant(
                "umoci raw unpack + mke2fs -d",
                file,
                NOTHING,
                "umoci raw unpack --image " + quote(layout + ":" + BenchmarkImage.TAG) + " " + quote(root) + "\n"
                        + "mke2fs -q -t ext4 -d " + quote(root) + " " + quote(file) + " " + sizeBytes / 1024 + "k",
                "rm -rf " + quote(root) + " " + quote(file),
                true);
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
        return new Contestant(
                "loop mount + tar per layer (root)", file, NOTHING, script.toString(), "rm -f " + quote(file), true);
    }

    /** One file system for each layer, which an overlay would have to put together. */
    static Contestant tar2ext4(Path layout, Path work, List<WrittenLayer> layers) {
        Path directory = work.resolve("tar2ext4");
        StringBuilder script = new StringBuilder("mkdir " + quote(directory) + "\n");
        for (WrittenLayer layer : layers) {
            script.append("gzip -dc ")
                    .append(quote(layout.resolve("blobs/sha256/" + layer.digest())))
                    .append(" | tar2ext4 -overlay -o ")
                    .append(quote(directory.resolve(layer.digest())))
                    .append('\n');
        }
        return new Contestant(
                "tar2ext4 per layer, not merged",
                directory,
                NOTHING,
                script.toString(),
                "rm -rf " + quote(directory),
                false);
    }

    private static String quote(Object word) {
        return "'" + word + "'";
    }
}
