package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.artifact.DiskPush;
import io.sandboximage.artifact.PushedDisk;
import io.sandboximage.examples.Place;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "push",
        description = "Pushes an ext4 file to a registry, in chunks; those that are there already are not moved.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Ext4PushCommand extends ReportingCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "The file system, raw or compressed.")
    private @Nullable Path file;

    @Parameters(index = "1", paramLabel = "REF", description = "Name and tag in a registry.")
    private @Nullable Place place;

    @Option(
            names = "--base",
            paramLabel = "REF",
            description = "One in the same repository with much in common; otherwise what has the tag now.")
    private @Nullable Place base;

    @Option(names = "--creds", paramLabel = "USER:PASSWORD", defaultValue = "", description = "For the registry.")
    private String creds = "";

    @Option(names = "--plain-http", description = "Speaks http with the registry.")
    private boolean plainHttp;

    Ext4PushCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        Place to = given(place);
        DiskPush push = DiskPush.of(given(file));
        if (base != null) {
            push = push.base(Ext4Places.reference(base));
        }
        try (RegistryClient registries = new RegistryAccess().with(to, creds).open(plainHttp);
                ProgressTask progress = ProgressTask.root(renderer, "push")) {
            PushedDisk pushed = push.push(Ext4Places.reference(to), registries, progress);
            progress.done();
            return report(to, pushed);
        }
    }

    private static Report report(Place to, PushedDisk pushed) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("destination", to.toString());
        json.put("digest", pushed.digest().toString());
        json.put("sizeBytes", pushed.sizeBytes());
        json.put("chunks", pushed.chunks());
        json.put("chunksUploaded", pushed.chunksUploaded());
        json.put("bytesUploaded", pushed.bytesUploaded());
        return new Report(
                json,
                () -> to + ": " + pushed.chunksUploaded() + " of " + pushed.chunks() + " chunks uploaded ("
                        + DataSize.ofBytes(pushed.bytesUploaded()) + ")\n" + pushed.digest() + "\n");
    }
}
