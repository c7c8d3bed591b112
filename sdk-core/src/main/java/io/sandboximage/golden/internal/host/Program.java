package io.sandboximage.golden.internal.host;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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
        try {
            List<String> found = new ArrayList<>(line);
            found.set(0, find(line.get(0)).map(Path::toString).orElse(line.get(0)));
            ProcessBuilder builder = new ProcessBuilder(found)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile());
            builder.environment().put("LC_ALL", "C");
            builder.environment().put("PATH", searchPath());
            Process process = builder.start();
            // A thread that reads rather than a file: of that, a killed process would leave one behind.
            FutureTask<String> output = new FutureTask<>(() -> lastOf(process.getInputStream()));
            DaemonThreads.start("output-of-" + line.get(0), output);
            try {
                int code = process.waitFor();
                return new Result(line, code, output.get());
            } catch (InterruptedException e) {
                process.destroy();
                throw CancelledException.interrupted("trying to " + purpose, e);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new NotFoundException(
                    "Could not " + purpose + ": running " + line.get(0) + " failed: " + AtomicFile.reason(e)
                            + ". Install it, or choose another strategy",
                    e);
        }
    }

    /** The end of what a program writes, until it has written all. */
    private static String lastOf(InputStream in) {
        byte[] buffer = new byte[2 * MAX_MESSAGE];
        int filled = 0;
        try {
            int n;
            while ((n = in.read(buffer, filled, buffer.length - filled)) >= 0) {
                filled += n;
                if (filled == buffer.length) {
                    System.arraycopy(buffer, MAX_MESSAGE, buffer, 0, MAX_MESSAGE);
                    filled = MAX_MESSAGE;
                }
            }
        } catch (IOException ignored) {
            // It was ended, and its pipe closed under the reader.
        }
        return new String(buffer, 0, filled, StandardCharsets.ISO_8859_1);
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
