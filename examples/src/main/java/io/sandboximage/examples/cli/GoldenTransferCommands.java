package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.examples.Place;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.artifact.GoldenDistribution;
import io.sandboximage.golden.artifact.PushReport;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code golden push} and {@code golden pull}: golden caches go to other hosts by a registry. */
final class GoldenTransferCommands {
    private GoldenTransferCommands() {}

    /** What both need. */
    abstract static class Transfer extends ReportingCommand {
        @Mixin
        private GoldenOptions options = new GoldenOptions();

        @Parameters(index = "0", paramLabel = "PROJECT")
        private @Nullable String project;

        @Parameters(index = "1", paramLabel = "NAME", description = "In a registry, with a tag.")
        private @Nullable Place place;

        @Option(names = "--creds", paramLabel = "USER:PASSWORD", defaultValue = "", description = "For the registry.")
        private String creds = "";

        @Option(names = "--plain-http", description = "Speaks http with registries.")
        private boolean plainHttp;

        Transfer(Terminal terminal) {
            super(terminal);
        }

        abstract Report transfer(
                GoldenDistribution distribution,
                GoldenStore store,
                String name,
                ImageReference reference,
                ProgressTask task);

        @Override
        final Report execute(ProgressRenderer renderer) {
            Place where = given(place);
            ImageReference reference = where.reference()
                    .orElseThrow(() -> new InvalidRequestException(
                            where + " is not in a registry: golden caches travel by registries"));
            try (RegistryClient registries =
                            new RegistryAccess().with(where, creds).open(plainHttp);
                    GoldenStore store = options.open();
                    ProgressTask task = ProgressTask.root(renderer, reference.toString())) {
                GoldenDistribution distribution = GoldenDistribution.with(registries, options.cache());
                Report report = transfer(distribution, store, given(project), reference, task);
                task.done();
                return report;
            }
        }
    }

    @Command(
            name = "push",
            description = "Pushes a project's golden to a registry; only layers that it lacks are sent.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Push extends Transfer {
        Push(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report transfer(
                GoldenDistribution distribution,
                GoldenStore store,
                String name,
                ImageReference reference,
                ProgressTask task) {
            PushReport pushed = distribution.push(store, name, reference, task);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("project", name);
            json.put("reference", reference.toString());
            json.put("digest", pushed.descriptor().digest().toString());
            json.put("blobsSent", pushed.sentBlobs());
            json.put("blobsPresent", pushed.presentBlobs());
            json.put("bytesSent", pushed.sentBytes());
            json.put("tookMillis", pushed.elapsed().toMillis());
            return new Report(
                    json,
                    () -> pushed.sentBlobs() + " blobs sent (" + DataSize.ofBytes(pushed.sentBytes())
                            + "), " + pushed.presentBlobs() + " present, " + Texts.seconds(pushed.elapsed()) + "\n"
                            + pushed.descriptor().digest() + "\n");
        }
    }

    @Command(
            name = "pull",
            description =
                    "Makes a golden of a registry the present one of a project; only layers that lack are fetched.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Pull extends Transfer {
        Pull(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report transfer(
                GoldenDistribution distribution,
                GoldenStore store,
                String name,
                ImageReference reference,
                ProgressTask task) {
            GoldenGeneration pulled = distribution.pull(store, name, reference, task);
            return new Report(GoldenText.json(pulled), () -> GoldenText.line(pulled));
        }
    }
}
