package io.sandboximage.compose;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.TemporaryDirectory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The real {@code docker compose}. */
final class ComposeProcess {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(2);
    private static final String PRINT = "--print";

    private final List<String> program;
    private final List<String> arguments;
    private final Path directory;
    private final Map<String, String> environment;

    ComposeProcess(List<String> program, List<String> arguments, Path directory, Map<String, String> environment) {
        this.program = program;
        this.arguments = arguments;
        this.directory = directory;
        this.environment = environment;
    }

    /**
     * What {@code build --print} did.
     *
     * @param messages its standard error
     */
    record Printed(int exitCode, String bakeFile, String messages) {
        ComposePlan plan() {
            return ComposePlan.parse(bakeFile.getBytes(StandardCharsets.UTF_8));
        }

        /** Whether Docker's command line has no compose plugin: it takes our words for its own then. */
        boolean isOfDockerAlone() {
            return exitCode != 0
                    && (messages.contains("Usage:  docker [OPTIONS] COMMAND")
                            || messages.contains("is not a docker command"));
        }
    }

    /** Without standard input. */
    Printed print() {
        try (TemporaryDirectory temporary = TemporaryDirectory.create("compose-")) {
            // Files and not pipes: what nobody reads in time would stop compose.
            Path output = temporary.path().resolve("plan");
            Path errors = temporary.path().resolve("errors");
            List<String> more = new ArrayList<>(arguments);
            more.add(PRINT);
            Process process =
                    start(builder(more).redirectOutput(output.toFile()).redirectError(errors.toFile()));
            int exitCode = await(process);
            return new Printed(exitCode, text(output), text(errors));
        } catch (IOException e) {
            throw new StorageException("Could not read what docker compose printed: " + AtomicFile.reason(e), e);
        }
    }

    /** With this process's streams. */
    int run() {
        return ended(start(builder(arguments).inheritIO()));
    }

    /** With this process's streams, but for standard output. */
    int run(OutputStream output) {
        Process process = start(builder(arguments).inheritIO().redirectOutput(ProcessBuilder.Redirect.PIPE));
        try (InputStream written = process.getInputStream()) {
            written.transferTo(output);
        } catch (IOException e) {
            process.destroy();
            throw new StorageException("Could not pass on what docker compose wrote: " + AtomicFile.reason(e), e);
        }
        return ended(process);
    }

    private static int ended(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            // Compose ends its builds when it is asked to.
            process.destroy();
            process.onExit().join();
            throw CancelledException.interrupted("waiting for docker compose", e);
        }
    }

    private ProcessBuilder builder(List<String> words) {
        List<String> command = new ArrayList<>(program);
        command.set(0, executable(command.get(0)));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    /** A program without a folder is looked for where the environment says, which need not be this process's. */
    private String executable(String name) {
        if (name.contains(File.separator)) {
            return name;
        }
        return Arrays.stream(environment.getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator)))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> directory.resolve(folder).resolve(name))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new NotFoundException(cannotRun("it is in no folder of PATH")));
    }

    private String cannotRun(String why) {
        return "Could not run " + String.join(" ", program) + ": " + why
                + ". Install Docker's command line with its compose plugin";
    }

    private Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new NotFoundException(cannotRun(AtomicFile.reason(e)), e);
        }
    }

    /** Bytes that are no text do not matter in messages, and in the plan they are seen later. */
    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static int await(Process process) throws IOException {
        try {
            process.getOutputStream().close();
            if (process.waitFor(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new DeadlineExceededException(
                    "docker compose did not say within " + TIME_LIMIT.toSeconds() + " seconds what it would build",
                    TIME_LIMIT);
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("asking docker compose what it would build", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
