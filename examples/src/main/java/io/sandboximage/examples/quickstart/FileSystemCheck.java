package io.sandboximage.examples.quickstart;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.StorageException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks e2fsprogs, where it is installed, what it thinks of a file system. */
final class FileSystemCheck {
    private static final String PROGRAM = "e2fsck";

    private FileSystemCheck() {}

    /** On Debian it lies in a directory that is not on the path of ordinary users; on macOS with Homebrew too. */
    static Optional<Path> find() {
        Stream<String> onPath =
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        Stream<String> others = Stream.of("/sbin", "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/opt/e2fsprogs/sbin");
        return Stream.concat(onPath, others)
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @throws IntegrityException if it finds anything wrong; the message has its words */
    static void run(Path program, Path fileSystem) {
        try {
            Process process = new ProcessBuilder(program.toString(), "-fn", fileSystem.toString())
                    .redirectErrorStream(true)
                    .start();
            try {
                process.getOutputStream().close();
                String words = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
                if (process.waitFor() != 0) {
                    throw new IntegrityException("e2fsck -fn " + fileSystem + " found errors:\n" + words);
                }
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            throw new StorageException("Could not run " + program + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("running e2fsck", e);
        }
    }
}
