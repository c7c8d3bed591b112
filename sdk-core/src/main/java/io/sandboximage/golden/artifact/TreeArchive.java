package io.sandboximage.golden.artifact;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Trees as tar streams with all that overlay layers are made of: owners, hard links, nanoseconds, devices (whiteouts are devices
 * 0:0) and the xattrs that overlays read. The JDK can neither make devices nor read such xattrs, so GNU tar does it. The bytes
 * depend on the tree alone: sorted names, no access times, no process ids.
 */
final class TreeArchive {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MAX_ERROR_BYTES = 2000;

    /** What an overlay's origin says is a file handle of one host. */
    private static final List<String> XATTRS = List.of(
            "--xattrs",
            "--xattrs-include=user.*",
            "--xattrs-include=security.capability",
            "--xattrs-include=trusted.overlay.*",
            "--xattrs-exclude=trusted.overlay.origin");

    private TreeArchive() {}

    /**
     * Writes the content of {@code directory}.
     *
     * @param excluded paths below it that stay out, with all in them
     * @param out stays open
     */
    static void pack(Path directory, List<String> excluded, OutputStream out) {
        String what = "pack " + directory;
        Process tar = start(packing(directory, excluded), what);
        try {
            tar.getOutputStream().close();
            copy(tar.getInputStream(), out, what);
            requireSuccess(tar, what);
        } catch (IOException e) {
            throw new StorageException("Could not " + what + ": " + AtomicFile.reason(e), e);
        } finally {
            tar.destroyForcibly();
        }
    }

    /**
     * Writes a packed tree into a directory that is there. Names that lead out of it are refused by tar.
     *
     * @param in the tar; read to its end, and left open
     */
    static void unpack(InputStream in, Path directory) {
        List<String> line = new ArrayList<>(List.of(
                "tar",
                "--extract",
                "--file=-",
                "--preserve-permissions",
                "--same-owner",
                "--numeric-owner",
                "--delay-directory-restore"));
        line.addAll(XATTRS);
        line.add("--directory=" + directory);
        String what = "unpack into " + directory;
        Process tar = start(line, what);
        try {
            try (OutputStream out = tar.getOutputStream()) {
                copy(in, out, what);
            } catch (IOException e) {
                // Why tar went away, it says itself.
                requireSuccess(tar, what);
                throw new StorageException("Could not " + what + ": " + AtomicFile.reason(e), e);
            }
            requireSuccess(tar, what);
        } finally {
            tar.destroyForcibly();
        }
    }

    /** Writes a tree into a directory that is there, as it would arrive elsewhere. */
    static void copy(Path from, Path to) {
        String what = "copy " + from;
        Process tar = start(packing(from, List.of()), what);
        try {
            tar.getOutputStream().close();
            unpack(tar.getInputStream(), to);
            requireSuccess(tar, what);
        } catch (IOException e) {
            throw new StorageException("Could not " + what + ": " + AtomicFile.reason(e), e);
        } finally {
            tar.destroyForcibly();
        }
    }

    private static List<String> packing(Path directory, List<String> excluded) {
        List<String> line = new ArrayList<>(List.of(
                "tar",
                "--create",
                "--file=-",
                "--format=posix",
                "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
                "--sort=name",
                "--numeric-owner",
                "--anchored",
                "--no-wildcards"));
        line.addAll(XATTRS);
        excluded.forEach(path -> line.add("--exclude=./" + path));
        line.addAll(List.of("--directory=" + directory, "."));
        return line;
    }

    private static Process start(List<String> line, String what) {
        CancelledException.throwIfInterrupted("starting to " + what);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("LC_ALL", "C");
        builder.environment().remove("TAR_OPTIONS");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new NotFoundException(
                    "Could not run tar to " + what + ": " + AtomicFile.reason(e)
                            + ". Install GNU tar, and see that it is on the PATH",
                    e);
        }
    }

    private static void copy(InputStream in, OutputStream out, String what) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int n;
        while ((n = in.read(buffer)) >= 0) {
            CancelledException.throwIfInterrupted("trying to " + what);
            out.write(buffer, 0, n);
        }
    }

    private static void requireSuccess(Process tar, String what) {
        try {
            // Tar ends at its first grave error and says little otherwise: its words fit into the pipe.
            String errors = new String(
                    tar.getErrorStream().readNBytes(MAX_ERROR_BYTES), java.nio.charset.StandardCharsets.UTF_8);
            tar.getErrorStream().close();
            if (!tar.waitFor(1, TimeUnit.MINUTES) || tar.exitValue() != 0) {
                throw new StorageException("Could not " + what + ": tar says \"" + errors.strip()
                        + "\". Golden caches need GNU tar, root, and a file system that keeps xattrs and devices");
            }
        } catch (IOException e) {
            throw new StorageException("Could not " + what + ": " + AtomicFile.reason(e), e);
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for tar to " + what, e);
        }
    }
}
