package io.sandboximage.compose;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A {@code docker compose … build …} command line, from which compose itself makes the plan: whatever its flags, files, variables
 * and profiles mean is compose's to say. Immutable.
 */
public final class ComposeCommand {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(2);
    private static final String PRINT = "--print";

    private final List<String> program;
    private final List<String> arguments;
    private final Path directory;
    private final Map<String, String> environment;

    private ComposeCommand(
            List<String> program, List<String> arguments, Path directory, Map<String, String> environment) {
        this.program = List.copyOf(program);
        this.arguments = List.copyOf(arguments);
        this.directory = directory;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Reads a command line.
     *
     * @param arguments what follows {@code docker compose}
     * @return empty if this is another command than {@code build}, or one with options before it that are not known
     */
    public static Optional<ComposeCommand> parse(List<String> arguments, Path directory) {
        return ComposeOptions.isBuild(arguments)
                ? Optional.of(new ComposeCommand(List.of("docker", "compose"), arguments, directory, System.getenv()))
                : Optional.empty();
    }

    /** With another program than {@code docker compose} from the path. */
    public ComposeCommand program(List<String> newProgram) {
        return new ComposeCommand(newProgram, arguments, directory, environment);
    }

    /** With one more variable in the environment, or another value for it. */
    public ComposeCommand environment(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new ComposeCommand(program, arguments, directory, more);
    }

    /**
     * Asks compose what it would build.
     *
     * @throws NotFoundException if there is no compose
     * @throws InvalidRequestException if compose refuses the command line or the project; the message is compose's own
     * @throws io.sandboximage.error.InvalidContentException if compose is too old to tell
     */
    public ComposePlan plan() {
        Path output = temporaryFile();
        Path errors = temporaryFile();
        try {
            int exitCode = run(output, errors);
            if (exitCode != 0) {
                throw new InvalidRequestException("docker compose refuses to build (exit code " + exitCode + "): "
                        + Files.readString(errors, StandardCharsets.UTF_8).strip());
            }
            return ComposePlan.parse(Files.readAllBytes(output));
        } catch (IOException e) {
            throw new NotFoundException(
                    "Could not run " + String.join(" ", program) + ": " + AtomicFile.reason(e)
                            + ". Install Docker's command line with its compose plugin",
                    e);
        } finally {
            AtomicFile.removeQuietly(output);
            AtomicFile.removeQuietly(errors);
        }
    }

    private int run(Path output, Path errors) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(arguments);
        command.add(PRINT);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
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

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("compose", ".out");
        } catch (IOException e) {
            throw new StorageException("Could not make a temporary file: " + AtomicFile.reason(e), e);
        }
    }
}
