package io.sandboximage.examples.cli;

import io.sandboximage.artifact.RemoteDisk;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.examples.Place;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.registry.RegistryClient;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What commands share that read file systems: from a file, raw or compressed, or in parts from a registry. */
abstract class Ext4ReadingCommand extends ReportingCommand {
    static final String WHERE =
            "A file, raw or compressed, or what was pushed to a registry, of which only parts are fetched.";

    @Option(names = "--creds", paramLabel = "USER:PASSWORD", defaultValue = "", description = "For the registry.")
    private String creds = "";

    @Option(names = "--plain-http", description = "Speaks http with the registry.")
    private boolean plainHttp;

    Ext4ReadingCommand(Terminal terminal) {
        super(terminal);
    }

    abstract Report read(FileSystems fileSystems);

    /** Opens file systems; the caller closes them. */
    interface FileSystems {
        Ext4Reader open(String where);
    }

    @Override
    final Report execute(ProgressRenderer renderer) {
        RegistryAccess access = new RegistryAccess();
        if (!creds.isEmpty()) {
            access.with(place(credentialed()), creds);
        }
        try (RegistryClient registries = access.open(plainHttp)) {
            return read(where -> isFile(where)
                    ? Ext4Reader.open(Path.of(where))
                    : Ext4Reader.open(RemoteDisk.open(Ext4Places.reference(place(where)), registries)));
        }
    }

    /** The place that the credentials are for. */
    abstract String credentialed();

    private static boolean isFile(String text) {
        try {
            return Files.isRegularFile(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Place place(String text) {
        try {
            return Place.parse(text);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(
                    "There is no file " + text + ", and it is no name in a registry either: " + e.getMessage(), e);
        }
    }
}
