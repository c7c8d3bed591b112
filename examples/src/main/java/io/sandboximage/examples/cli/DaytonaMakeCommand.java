package io.sandboximage.examples.cli;

import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.snapshot.BuildContext;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.examples.Place;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = {
            "Makes a snapshot.",
            "create: of a new name. ensure: unless there is one like it. replace: a new version beside the current one."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DaytonaMakeCommand extends DaytonaCall {
    /** What to do about snapshots that are there. */
    enum Verb {
        CREATE,
        ENSURE,
        REPLACE
    }

    private final Verb verb;

    @Parameters(paramLabel = "NAME", description = "The snapshot's name; with replace, what its versions begin with.")
    private @Nullable String name;

    @ArgGroup(multiplicity = "1")
    private Content content = new Content();

    @Option(names = "--context", paramLabel = "DIR", description = "Files for the Dockerfile's COPY and ADD.")
    private @Nullable Path context;

    @Option(names = "--exclude", paramLabel = "GLOB", description = "Leaves files of the context out; repeatable.")
    private List<String> excludes = new ArrayList<>();

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "3",
            description = "With replace: how many versions stay; ${DEFAULT-VALUE} unless given.")
    private int keep = 3;

    @Mixin
    private DaytonaResources resources = new DaytonaResources();

    /** What it is made from, one of these. */
    static final class Content {
        @Option(names = "--image", paramLabel = "REF", description = "An image that Daytona pulls; not tagged latest.")
        private @Nullable String image;

        @Option(names = "--from", paramLabel = "IMAGE", description = "An image from any place, as push takes it.")
        private @Nullable Place local;

        @Option(names = "--dockerfile", paramLabel = "FILE", description = "A Dockerfile that Daytona builds.")
        private @Nullable Path dockerfile;
    }

    DaytonaMakeCommand(Terminal terminal, Verb verb) {
        super(terminal);
        this.verb = verb;
    }

    @Override
    Report call(DaytonaClient client, ProgressTask progress) {
        try (RegistryClient registries = new RegistryAccess().open(false)) {
            SnapshotSpec spec = resources.apply(spec(registries));
            SnapshotWait wait = resources.await().buildLog(this::line);
            return switch (verb) {
                case CREATE -> report(client.snapshots().create(spec, wait, progress));
                case ENSURE -> DaytonaPushCommand.report(client.snapshots().ensure(spec, wait, progress));
                case REPLACE ->
                    DaytonaVersionCommands.report(
                            client.snapshots().replace(spec, Retention.newest(keep), wait, progress));
            };
        }
    }

    private SnapshotSpec spec(RegistryClient registries) {
        String as = given(name);
        if (content.image != null) {
            return SnapshotSpec.image(as, content.image);
        }
        if (content.local != null) {
            return SnapshotSpec.local(as, content.local.source(registries));
        }
        Path file = given(content.dockerfile);
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new StorageException("Could not read the Dockerfile " + file + ": " + e.getMessage(), e);
        }
        if (context == null) {
            if (!excludes.isEmpty()) {
                throw new InvalidRequestException("--exclude needs a --context");
            }
            return SnapshotSpec.dockerfile(as, text);
        }
        BuildContext files = BuildContext.of(context);
        for (String pattern : excludes) {
            files = files.exclude(pattern);
        }
        return SnapshotSpec.dockerfile(as, text, files);
    }

    private static Report report(DaytonaSnapshot made) {
        return new Report(json(made), () -> made.name() + " " + made.state() + "\n");
    }
}
