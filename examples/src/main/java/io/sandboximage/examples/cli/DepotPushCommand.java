package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.Delivery;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.registry.DepotPush;
import io.sandboximage.depot.registry.DepotRegistry;
import io.sandboximage.examples.Place;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "push",
        description = {
            "Pushes a saved image to other registries, server to server.",
            "Depot copies the blobs; what it cannot copy goes through this machine."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DepotPushCommand extends DepotCall {
    @Parameters(paramLabel = "BUILD")
    private @Nullable String build;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "NAME",
            required = true,
            description = "Where to; may be repeated.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--target", paramLabel = "NAME", description = "Of a bake.")
    private @Nullable String target;

    @Option(names = "--parallel", defaultValue = "4", description = "Blobs at a time, ${DEFAULT-VALUE} unless given.")
    private int parallel;

    @Option(
            names = "--dest-creds",
            paramLabel = "USER:PASSWORD",
            defaultValue = "",
            description = "For the registries of the tags.")
    private String creds = "";

    @Option(names = "--blob-url", hidden = true, description = "The service that copies blobs.")
    private @Nullable URI blobUrl;

    DepotPushCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report call(DepotAccess access, ProgressTask progress) {
        List<ImageReference> destinations =
                tags.stream().map(ImageReference::parse).toList();
        RegistryAccess destinationAccess = new RegistryAccess();
        tags.stream().map(Place::parse).forEach(place -> destinationAccess.with(place, creds));
        try (DepotRegistry registry = DepotRegistry.open(access);
                RegistryClient registries = destinationAccess.open(false)) {
            DepotPush push = registry.push(registries).parallelism(parallel);
            push = target == null ? push : push.target(target);
            push = blobUrl == null ? push : push.blobService(blobUrl);
            return report(push.push(given(build), destinations, progress));
        }
    }

    private static Report report(List<Delivery> deliveries) {
        List<Map<String, Object>> json = deliveries.stream()
                .map(d -> Map.<String, Object>of(
                        "destination", d.destination(),
                        "digest", d.descriptor().digest().toString(),
                        "blobsByDepot", d.blobsMounted(),
                        "blobsByUs", d.blobsCopied(),
                        "blobsSkipped", d.blobsSkipped(),
                        "bytesByUs", d.bytesCopied()))
                .toList();
        StringBuilder text = new StringBuilder();
        for (Delivery d : deliveries) {
            text.append(d.destination())
                    .append(": ")
                    .append(d.blobsMounted())
                    .append(" blobs copied by Depot, ")
                    .append(d.blobsCopied())
                    .append(" through here (")
                    .append(DataSize.ofBytes(d.bytesCopied()))
                    .append("), ")
                    .append(d.blobsSkipped())
                    .append(" present\n")
                    .append(d.descriptor().digest())
                    .append('\n');
        }
        return new Report(Map.of("pushed", json), text::toString);
    }
}
