package io.sandboximage.git;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.internal.io.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs git: its plumbing and the output that it promises to scripts, in an environment where neither the caller's variables nor
 * locks, prompts or languages matter. An interrupt ends the process. Immutable.
 */
final class GitCommand {
    /** What hooks and wrappers set, and what would lead git to another repository than ours. */
    private static final List<String> MISLEADING = List.of(
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_COMMON_DIR",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_NAMESPACE",
            "GIT_PREFIX");

    private static final int MAX_MESSAGE = 2000;

    private final Path folder;
    private final Map<String, String> variables;

    private GitCommand(Path folder, Map<String, String> variables) {
        this.folder = folder;
        this.variables = variables;
    }

    static GitCommand in(Path folder) {
        return new GitCommand(folder, Map.of());
    }

    GitCommand with(Map<String, String> more) {
        return new GitCommand(folder, Map.copyOf(more));
    }

    /** Runs to the end and gives what was written, decoded as UTF-8. */
    String run(String... arguments) {
        return new String(start(null, null, arguments), StandardCharsets.UTF_8);
    }

    /** Runs to the end between two files. */
    void run(Path input, Path output, String... arguments) {
        start(input.toFile(), output.toFile(), arguments);
    }

    /** Runs to the end with what it writes in a file. */
    void runTo(Path output, String... arguments) {
        start(null, output.toFile(), arguments);
    }

    private byte[] start(@Nullable File input, @Nullable File output, String... arguments) {
        List<String> line = new ArrayList<>(List.of("git", "--no-replace-objects"));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
        MISLEADING.forEach(builder.environment()::remove);
        builder.environment().putAll(variables);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
        builder.redirectInput(
                input == null ? ProcessBuilder.Redirect.from(nothing()) : ProcessBuilder.Redirect.from(input));
        if (output != null) {
            builder.redirectOutput(output);
        }
        String what = "git " + String.join(" ", arguments);
        CancelledException.throwIfInterrupted("running " + what);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new NotFoundException(
                    "Could not run \"" + what + "\" in " + folder + ": " + AtomicFile.reason(e)
                            + ". Install git, and see that it is on the PATH",
                    e);
        }
        try {
            CompletableFuture<byte[]> out = reader(process.getInputStream(), "git output");
            CompletableFuture<byte[]> errors = reader(process.getErrorStream(), "git errors");
            int code = process.waitFor();
            byte[] written = out.get();
            if (code != 0) {
                throw failure(what, code, new String(errors.get(), StandardCharsets.UTF_8));
            }
            return written;
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("running " + what, e);
        } catch (ExecutionException e) {
            throw new StorageException("Could not read what \"" + what + "\" wrote: " + e.getCause(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static File nothing() {
        return new File(System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null");
    }

    private static CompletableFuture<byte[]> reader(InputStream in, String name) {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        DaemonThreads.start(name, () -> {
            try (in) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                in.transferTo(bytes);
                all.complete(bytes.toByteArray());
            } catch (IOException e) {
                all.completeExceptionally(e);
            }
        });
        return all;
    }

    private InvalidRequestException failure(String what, int code, String errors) {
        String reason = errors.strip();
        return new InvalidRequestException("\"" + what + "\" in " + folder + " ended with " + code + ": "
                + (reason.length() <= MAX_MESSAGE ? reason : reason.substring(0, MAX_MESSAGE) + "…"));
    }
}
