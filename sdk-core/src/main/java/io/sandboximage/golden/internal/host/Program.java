package io.sandboximage.golden.internal.host;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Programs of the system that do what Java cannot. An interrupt ends them. */
public final class Program {
    private static final int MAX_MESSAGE = 2000;
    /** Where administrators' programs are; not on every user's path. */
    private static final String SYSTEM_FOLDERS = ":/usr/sbin:/sbin:/usr/bin:/bin";

    private Program() {}

    /**
     * Runs one to its end and gives what it wrote.
     *
     * @param purpose what for, as part of a message: {@code "mount the golden image"}
     * @throws NotFoundException if it is not installed
     * @throws AccessDeniedException if the kernel refuses this user
     * @throws StorageException if it fails
     * @throws CancelledException if the thread is interrupted
     */
    public static String run(String purpose, Object... command) {
        Result result = result(purpose, command);
        if (result.code != 0) {
            throw failure(purpose, result);
        }
        return result.output;
    }

    /** The same for a program whose failure is an answer: whether it succeeded. */
    public static boolean succeeds(String purpose, Object... command) {
        return result(purpose, command).code == 0;
    }

    private static Result result(String purpose, Object... command) {
        CancelledException.throwIfInterrupted("trying to " + purpose);
        List<String> line = Arrays.stream(command).map(Object::toString).toList();
        Path output = null;
        try {
            // One file instead of two pipes: nothing blocks when nobody reads.
            output = Files.createTempFile("sandbox-image-program", ".out");
            List<String> found = new ArrayList<>(line);
            found.set(0, find(line.get(0)).map(Path::toString).orElse(line.get(0)));
            ProcessBuilder builder = new ProcessBuilder(found)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(Path.of("/dev/null").toFile());
            builder.environment().put("LC_ALL", "C");
            builder.environment().put("PATH", searchPath());
            Process process = builder.start();
            try {
                int code = process.waitFor();
                return new Result(line, code, Files.readString(output, StandardCharsets.ISO_8859_1));
            } catch (InterruptedException e) {
                process.destroy();
                throw CancelledException.interrupted("trying to " + purpose, e);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new NotFoundException(
                    "Could not " + purpose + ": running " + line.get(0) + " failed: " + AtomicFile.reason(e)
                            + ". Install it, or choose another strategy",
                    e);
        } finally {
            if (output != null) {
                AtomicFile.removeQuietly(output);
            }
        }
    }

    public static boolean installed(String name) {
        return find(name).isPresent();
    }

    private static Optional<Path> find(String name) {
        return Arrays.stream(searchPath().split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String searchPath() {
        return System.getenv().getOrDefault("PATH", "") + SYSTEM_FOLDERS;
    }

    private static SandboxImageException failure(String purpose, Result result) {
        String said = result.output.strip();
        String message = "Could not " + purpose + ": " + String.join(" ", result.line) + " ended with " + result.code
                + ": " + said.substring(Math.max(0, said.length() - MAX_MESSAGE));
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("operation not permitted")
                || lower.contains("permission denied")
                || lower.contains("must be superuser")
                || lower.contains("only root")) {
            return new AccessDeniedException(message + ". Run as root, or choose the strategy COPY");
        }
        return new StorageException(message);
    }

    private record Result(List<String> line, int code, String output) {}
}
