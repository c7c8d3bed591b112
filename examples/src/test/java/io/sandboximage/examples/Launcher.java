package io.sandboximage.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the scripts in {@code examples/bin} on the classes of this test run, with the JDK of this test run. */
final class Launcher {
    private static final Path BIN = Path.of("bin").toAbsolutePath();

    private Launcher() {}

    static Path script(String name) {
        return BIN.resolve(name);
    }

    static ProcessBuilder process(Path script, String... args) {
        List<String> command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SANDBOX_IMAGE_CLASS_PATH", System.getProperty("java.class.path"));
        builder.environment().remove("SANDBOX_IMAGE_JAVA_OPTS");
        return builder;
    }

    /** Standard output of a process that is given some standard input; what it says on standard error is shown. */
    static String output(ProcessBuilder builder, String input) throws IOException, InterruptedException {
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError("exit code " + process.exitValue() + " of " + builder.command() + "\n" + out);
            }
            return out;
        } finally {
            process.destroy();
        }
    }
}
