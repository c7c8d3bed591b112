package io.sandboximage.examples.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One command line, run in this JVM.
 *
 * @param out standard output
 * @param err standard error
 */
record CommandLineRun(int code, String out, String err) {
    static CommandLineRun of(byte[] input, Map<String, String> environment, String... line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                err,
                StandardCharsets.UTF_8,
                environment);
        int code = SandboxImageCommand.run(terminal, line);
        return new CommandLineRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
