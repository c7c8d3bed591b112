package io.sandboximage.testkit.engine;

import io.sandboximage.error.CancelledException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program to run in a test; immutable, each step gives a new value. Programs without a slash in their name are looked for as
 * {@link EngineSearch#ofMachine()} does. Whatever happens, no process is left behind by {@link #run()}: on a timeout or an
 * interrupt the process and its descendants are killed.
 */
public final class Command {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

    private final List<String> arguments;
    private final Map<String, String> environment;
    private final @Nullable Path folder;
    private final @Nullable Path standardInput;
    private final Duration timeout;

    private Command(
            List<String> arguments,
            Map<String, String> environment,
            @Nullable Path folder,
            @Nullable Path standardInput,
            Duration timeout) {
        this.arguments = List.copyOf(arguments);
        this.environment = new LinkedHashMap<>(environment);
        this.folder = folder;
        this.standardInput = standardInput;
        this.timeout = timeout;
    }

    /** The arguments, the program first; each as its {@code toString} gives it, so that paths and numbers need no conversion. */
    public static Command of(Object... arguments) {
        List<String> strings = new ArrayList<>(arguments.length);
        for (Object argument : arguments) {
            strings.add(argument.toString());
        }
        return new Command(strings, Map.of(), null, null, DEFAULT_TIMEOUT);
    }

    /** Adds arguments at the end. */
    public Command with(Object... more) {
        List<String> strings = new ArrayList<>(arguments);
        for (Object argument : more) {
            strings.add(argument.toString());
        }
        return new Command(strings, environment, folder, standardInput, timeout);
    }

    /** Sets a variable on top of this process's environment. */
    public Command env(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new Command(arguments, more, folder, standardInput, timeout);
    }

    /** Runs in this folder. */
    public Command in(Path newFolder) {
        return new Command(arguments, environment, newFolder, standardInput, timeout);
    }

    /** Feeds the file to standard input, which is empty otherwise. */
    public Command stdin(Path file) {
        return new Command(arguments, environment, folder, file, timeout);
    }

    /** How long {@link #run()} waits; two minutes unless set. */
    public Command timeout(Duration newTimeout) {
        return new Command(arguments, environment, folder, standardInput, newTimeout);
    }

    /**
     * Runs to the end, whatever the exit code.
     *
     * @throws AssertionError if it cannot be started or takes longer than the timeout; the message holds what it wrote
     * @throws CancelledException if the thread is interrupted
     */
    public CommandResult run() {
        Path output = temporaryFile();
        Path errors = temporaryFile();
        Instant start = Instant.now();
        // Files instead of pipes: nothing blocks when nobody reads, and no thread is needed to read.
        Process process = start(Redirect.to(output.toFile()), Redirect.to(errors.toFile()));
        try {
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(process);
            }
            CommandResult result = new CommandResult(
                    arguments,
                    process.waitFor(),
                    Files.readAllBytes(output),
                    Files.readAllBytes(errors),
                    Duration.between(start, Instant.now()));
            if (!ended) {
                throw new AssertionError(String.join(" ", arguments) + " took longer than " + timeout + "\n"
                        + CommandResult.tail(result.errors()) + "\n" + CommandResult.tail(result.output()));
            }
            return result;
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("running " + arguments.get(0), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            kill(process);
            delete(output);
            delete(errors);
        }
    }

    /** Starts without waiting; the caller closes the daemon. Both its outputs go to {@code log}. */
    public Daemon start(Path log) {
        return new Daemon(String.join(" ", arguments), start(Redirect.to(log.toFile()), null), log);
    }

    private Process start(Redirect output, @Nullable Redirect errors) {
        List<String> resolved = new ArrayList<>(arguments);
        if (!resolved.get(0).contains("/")) {
            EngineSearch.ofMachine().executable(resolved.get(0)).ifPresent(found -> resolved.set(0, found.toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(resolved);
        builder.environment().putAll(environment);
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        builder.redirectInput(
                Redirect.from(standardInput == null ? Path.of("/dev/null").toFile() : standardInput.toFile()));
        builder.redirectOutput(output);
        if (errors == null) {
            builder.redirectErrorStream(true);
        } else {
            builder.redirectError(errors);
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError("Could not start " + String.join(" ", arguments) + ": " + e.getMessage(), e);
        }
    }

    /** Kills a process and what it started; harmless where it ended by itself. */
    static void kill(Process process) {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("command", ".out");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
