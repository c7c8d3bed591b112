package io.sandboximage.examples.cli;

import io.sandboximage.ext4.Ext4Change;
import io.sandboximage.ext4.Ext4Comparison;
import io.sandboximage.ext4.Ext4Reader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        description = "Tells what two file systems do not have in common.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Ext4DiffCommand extends Ext4ReadingCommand {
    @Parameters(index = "0", paramLabel = "FILE|REF", description = WHERE)
    private @Nullable String before;

    @Parameters(index = "1", paramLabel = "FILE|REF", description = "The same; credentials are for this one.")
    private @Nullable String after;

    @Option(names = "--contents", description = "Compares files of the same size and time too, byte by byte.")
    private boolean contents;

    Ext4DiffCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    String credentialed() {
        return given(after);
    }

    @Override
    Report read(FileSystems fileSystems) {
        try (Ext4Reader old = fileSystems.open(given(before));
                Ext4Reader current = fileSystems.open(given(after))) {
            List<Ext4Change> changes = Ext4Comparison.compare(old, current, contents);
            return new Report(
                    Map.of(
                            "changes",
                            changes.stream().map(Ext4DiffCommand::json).toList()),
                    () -> String.join(
                            "", changes.stream().map(Ext4DiffCommand::line).toList()));
        }
    }

    private static Map<String, Object> json(Ext4Change change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("path", change.path());
        json.put("kind", change.kind().name().toLowerCase(Locale.ROOT));
        json.put("aspects", aspects(change));
        return json;
    }

    private static String line(Ext4Change change) {
        String sign =
                switch (change.kind()) {
                    case ADDED -> "+ ";
                    case REMOVED -> "- ";
                    case CHANGED -> "* ";
                };
        String what = change.aspects().isEmpty() ? "" : "  (" + String.join(", ", aspects(change)) + ")";
        return sign + Texts.printable(change.path()) + what + "\n";
    }

    private static List<String> aspects(Ext4Change change) {
        return change.aspects().stream()
                .map(aspect -> aspect.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
