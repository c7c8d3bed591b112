package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.ext4.Ext4Extraction;
import io.sandboximage.ext4.Ext4Reader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "extract",
        description = "Writes everything in a file system into a directory, never outside of it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Ext4ExtractCommand extends Ext4FileCommand {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "Is made if it is missing; nothing in it is overwritten.")
    private @Nullable Path output;

    Ext4ExtractCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report read(Ext4Reader reader) {
        Ext4Extraction done = reader.extract(given(output));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("directory", given(output).toString());
        json.put("entries", done.entries());
        json.put("bytes", done.bytes());
        json.put("notes", done.notes());
        return new Report(
                json,
                () -> output + ": " + done.entries() + " names, " + DataSize.ofBytes(done.bytes()) + "\n"
                        + String.join(
                                "",
                                done.notes().stream().map(note -> note + "\n").toList()));
    }
}
