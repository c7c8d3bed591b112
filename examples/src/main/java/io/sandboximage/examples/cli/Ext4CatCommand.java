package io.sandboximage.examples.cli;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "cat",
        description = "Writes a file of a file system to standard output; with --json, only facts about it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Ext4CatCommand extends Ext4FileCommand {
    private final Terminal terminal;

    @Parameters(index = "1", paramLabel = "PATH", description = "In the file system.")
    private @Nullable String path;

    Ext4CatCommand(Terminal terminal) {
        super(terminal);
        this.terminal = terminal;
    }

    @Override
    Report read(Ext4Reader reader) {
        Inode found = reader.find(given(path));
        if (found.type() != FileType.REGULAR) {
            throw new InvalidRequestException(path + " in " + where() + " is a "
                    + found.type().name().toLowerCase(java.util.Locale.ROOT) + ", not a file");
        }
        if (!json()) {
            try (InputStream in = reader.newInputStream(found)) {
                in.transferTo(terminal.out());
            } catch (IOException e) {
                throw new StorageException("Could not write " + path + " to standard output", e);
            }
        }
        return new Report(Map.of("entry", Ext4Report.entry(given(path), found)), () -> "");
    }
}
