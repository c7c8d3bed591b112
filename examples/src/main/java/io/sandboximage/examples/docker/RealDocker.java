package io.sandboximage.examples.docker;

import io.sandboximage.examples.cli.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Docker's own command line, for what only shows to be its business after the start: it gets everything as this process got it. */
final class RealDocker {
    /** Set by the launcher: where docker's own command line is. */
    static final String PATH_PROPERTY = "sandboximage.docker";

    private static final int NOT_FOUND = 127;
    private static final long PATIENCE_SECONDS = 30;

    private final Optional<String> program;
    private final List<String> words;
    private boolean ran;

    RealDocker(Optional<String> program, List<String> words) {
        this.program = program;
        this.words = List.copyOf(words);
    }

    /** As the launcher says. */
    static RealDocker ofProcess(List<String> words) {
        return new RealDocker(Optional.ofNullable(System.getProperty(PATH_PROPERTY)), words);
    }

    List<String> program() {
        return program.map(List::of).orElse(List.of("docker"));
    }

    boolean ran() {
        return ran;
    }

    /**
     * Runs it to its end, with this process's streams. An interrupt is passed on.
     *
     * @return its exit code
     */
    int run() {
        ran = true;
        List<String> command = new ArrayList<>(program());
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        Terminal.restoreLocale(builder.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            System.err.println("sandbox-image: could not start docker itself: " + e.getMessage());
            return NOT_FOUND;
        }
        return exitCode(process);
    }

    private static int exitCode(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            // Where it came from the terminal, docker has it too; a second one does no harm.
            process.destroy();
            try {
                process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException again) {
                process.destroyForcibly();
            }
            Thread.currentThread().interrupt();
            return process.isAlive() ? NOT_FOUND : process.exitValue();
        }
    }
}
