package io.sandboximage.examples.cli;

import io.sandboximage.progress.ProgressRenderer;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands share: their common options, and one report at the end. */
abstract class ReportingCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    private boolean json;

    @Option(
            names = "--progress",
            paramLabel = "MODE",
            defaultValue = "auto",
            description = "How to show progress on standard error: ${COMPLETION-CANDIDATES}.")
    private ProgressMode progress = ProgressMode.auto;

    @Option(names = "--debug", description = "Show where an error came from.")
    private boolean debug;

    ReportingCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Does the work, all of it or nothing: what it throws becomes the error message and the exit code. */
    abstract Report execute(ProgressRenderer renderer);

    /** How this command shows its progress. */
    ProgressRenderer open(ProgressMode mode) {
        return mode.open(terminal);
    }

    @Override
    public final Integer call() {
        Report report;
        try (ProgressRenderer renderer = open(progress)) {
            report = execute(renderer);
        }
        if (json()) {
            JsonText.print(report.json(), terminal.out());
        } else {
            terminal.out().print(report.text().get());
        }
        terminal.out().flush();
        return report.exitCode();
    }

    /** A required parameter; picocli has seen to it that it is there. */
    static <T> T given(@Nullable T parameter) {
        return Objects.requireNonNull(parameter);
    }

    ProgressMode progress() {
        return progress;
    }

    boolean json() {
        return json;
    }

    boolean debug() {
        return debug;
    }
}
