package io.sandboximage.internal.io;

import io.sandboximage.error.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies of whole files that share their data with the original, as XFS and btrfs can make them. */
public final class Reflink {
    private Reflink() {}

    /**
     * Makes {@code target} such a copy. Java has no call for it, and what JDK 20 and later do inside of {@link
     * java.nio.channels.FileChannel#transferTo} they do not for older ones: a program makes it.
     *
     * @param target on the same file system; whatever it is before
     * @return false if the file system cannot, or there is no such program; then there may be an empty file
     * @throws CancelledException if the thread is interrupted
     */
    public static boolean copy(Path source, Path target) {
        try {
            Process process = new ProcessBuilder("cp", "--reflink=always", source.toString(), target.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return process.waitFor() == 0 && Files.size(source) == Files.size(target);
            } catch (InterruptedException e) {
                throw CancelledException.interrupted("copying " + source, e);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return false;
        }
    }
}
