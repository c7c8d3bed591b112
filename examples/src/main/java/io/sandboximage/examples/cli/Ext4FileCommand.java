package io.sandboximage.examples.cli;

import io.sandboximage.ext4.Ext4Reader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** What commands share that read one file system. */
abstract class Ext4FileCommand extends Ext4ReadingCommand {
    @Parameters(index = "0", paramLabel = "FILE|REF", description = WHERE)
    private @Nullable String where;

    Ext4FileCommand(Terminal terminal) {
        super(terminal);
    }

    abstract Report read(Ext4Reader reader);

    /** The file system, as the user named it. */
    final String where() {
        return given(where);
    }

    @Override
    final String credentialed() {
        return where();
    }

    @Override
    final Report read(FileSystems fileSystems) {
        try (Ext4Reader reader = fileSystems.open(where())) {
            return read(reader);
        }
    }
}
