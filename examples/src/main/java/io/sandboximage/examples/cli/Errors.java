package io.sandboximage.examples.cli;

import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns failures into one message and an exit code. */
final class Errors {
    private final Terminal terminal;

    Errors(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Wrong usage. */
    int usage(ParameterException failure, String[] args) {
        PrintStream err = terminal.errors();
        err.println("sandbox-image: " + failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(
                failure, new PrintWriter(err, true, terminal.charset()));
        err.println("Try: " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    /** The command ran and failed. */
    int failed(Exception failure, CommandLine command, ParseResult parsed) {
        boolean cancelled = failure instanceof CancelledException;
        Object userObject = command.getCommandSpec().userObject();
        PrintStream err = terminal.errors();
        Optional<BuildFailedException.Failure> build = buildFailure(failure);
        build.map(BuildFailureText::of).ifPresent(err::print);
        // The rest of the message stands above already.
        err.println("sandbox-image: " + (build.isPresent() ? firstLine(message(failure)) : message(failure)));
        for (Throwable more : failure.getSuppressed()) {
            err.println("  and: " + message(more));
        }
        if (userObject instanceof ReportingCommand reporting) {
            if (reporting.debug()) {
                failure.printStackTrace(err);
            }
            if (reporting.json()) {
                JsonText.print(Map.of("error", json(failure)), terminal.out());
                terminal.out().flush();
            }
        }
        return cancelled ? ExitCode.CANCELLED : ExitCode.FAILED;
    }

    private static Map<String, Object> json(Exception failure) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", kind(failure));
        json.put("message", message(failure));
        json.put("retryable", failure instanceof SandboxImageException ours && ours.retryable());
        buildFailure(failure).map(BuildFailureText::json).ifPresent(build -> json.put("build", build));
        return json;
    }

    /** {@code NotFoundException} is {@code not-found}; whatever is not of the SDK's family is {@code internal}. */
    private static String kind(Exception failure) {
        if (!(failure instanceof SandboxImageException)) {
            return "internal";
        }
        String name = failure.getClass().getSimpleName().replaceFirst("Exception$", "");
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static Optional<BuildFailedException.Failure> buildFailure(Exception failure) {
        return failure instanceof BuildFailedException build ? build.failure() : Optional.empty();
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse(message);
    }

    private static String message(Throwable failure) {
        if (failure instanceof SandboxImageException && failure.getMessage() != null) {
            return failure.getMessage();
        }
        return "unexpected " + failure + "; --debug shows where it came from";
    }
}
