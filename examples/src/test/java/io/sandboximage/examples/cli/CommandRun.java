package io.sandboximage.examples.cli;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One command line, run in this JVM.
 *
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int code, String out, String err) {
    /** Whether a command takes these words; runs nothing. */
    static boolean understands(String... words) {
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                OutputStream.nullOutputStream(),
                StandardCharsets.UTF_8,
                Map.of());
        return SandboxImageCommand.line(terminal).parseArgs(words).hasSubcommand();
    }

    static CommandRun of(String... args) {
        return in(Map.of(), args);
    }

    /** With these environment variables. */
    static CommandRun in(Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                err,
                StandardCharsets.UTF_8,
                environment);
        int code = SandboxImageCommand.run(terminal, args);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
