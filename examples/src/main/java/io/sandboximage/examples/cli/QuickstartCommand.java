package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.examples.quickstart.Quickstart;
import io.sandboximage.examples.quickstart.QuickstartResult;
import io.sandboximage.examples.quickstart.Step;
import io.sandboximage.progress.ProgressRenderer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "quickstart",
        description = "Shows that the whole chain works on this machine; needs nothing but a JDK.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class QuickstartCommand extends ReportingCommand {
    @Option(names = "--dir", paramLabel = "DIR", description = "Works there and leaves quickstart.ext4.")
    private @Nullable Path directory;

    QuickstartCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        QuickstartResult result = directory == null ? Quickstart.run(renderer) : Quickstart.run(directory, renderer);
        return new Report(json(result), () -> text(result));
    }

    private static Map<String, Object> json(QuickstartResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("digest", result.image().toString());
        json.put("init", result.init());
        json.put("namesCompared", result.names());
        json.put("differences", 0);
        json.put("sizeBytes", result.sizeBytes());
        result.file().ifPresent(file -> json.put("file", file.toString()));
        List<Object> steps = new ArrayList<>();
        for (Step step : result.steps()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", step.name());
            entry.put("millis", step.took().toMillis());
            entry.put("detail", step.detail());
            steps.add(entry);
        }
        json.put("steps", steps);
        json.put("tookMillis", total(result).toMillis());
        return json;
    }

    private static String text(QuickstartResult result) {
        List<List<String>> rows = new ArrayList<>();
        for (Step step : result.steps()) {
            rows.add(List.of(step.name(), Texts.seconds(step.took()), step.detail()));
        }
        rows.add(List.of("total", Texts.seconds(total(result)), ""));
        return Texts.table(rows) + "\nThe image " + result.image() + " became a file system of "
                + DataSize.ofBytes(result.sizeBytes())
                + result.file().map(file -> " in " + file).orElse("") + ".\nIt holds exactly what was put in.\n";
    }

    private static Duration total(QuickstartResult result) {
        return result.steps().stream().map(Step::took).reduce(Duration.ZERO, Duration::plus);
    }
}
