package io.sandboximage.examples.cli;

import io.sandboximage.error.StorageException;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.report.BuildReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        description = "Makes the HTML report of a run from its events, as --progress json wrote them.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ReportCommand extends ReportingCommand {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE|-", description = "The events, a JSON object a line; - for standard input.")
    private @Nullable String events;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The page to write.")
    private @Nullable Path output;

    ReportCommand(Terminal terminal) {
        super(terminal);
        this.terminal = terminal;
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        Path page = given(output);
        BuildReport report = BuildReport.to(page).hiding(SecretWords.of(terminal.environment()));
        String named = given(events);
        if (named.equals("-")) {
            report.write(terminal.in());
        } else {
            try (InputStream in = Files.newInputStream(Path.of(named))) {
                report.write(in);
            } catch (IOException e) {
                throw new StorageException("Could not read " + named + ": " + e.getMessage(), e);
            }
        }
        return new Report(Map.of("report", page.toString()), () -> page + "\n");
    }
}
