package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.Delivery;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.examples.Place;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "copy",
        description = "Copies an image between any two places; only blobs that the destination lacks are moved.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CopyCommand extends ReportingCommand {
    @Parameters(
            index = "0",
            paramLabel = "SRC",
            description = "oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME], docker://NAME or NAME.")
    private @Nullable Place source;

    @Parameters(index = "1", paramLabel = "DST", description = "The same.")
    private @Nullable Place destination;

    @Option(names = "--platform", description = "Only this platform; may be repeated. Otherwise all there are.")
    private List<Platform> platforms = new ArrayList<>();

    @Option(names = "--referrers", description = "Also copies signatures, SBOMs and whatever refers to the image.")
    private boolean referrers;

    @Option(names = "--src-creds", paramLabel = "USER:PASSWORD", defaultValue = "", description = "For the source.")
    private String sourceCreds = "";

    @Option(
            names = "--dest-creds",
            paramLabel = "USER:PASSWORD",
            defaultValue = "",
            description = "For the destination.")
    private String destinationCreds = "";

    @Option(names = "--plain-http", description = "Speaks http with registries.")
    private boolean plainHttp;

    CopyCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        Place from = given(source);
        Place to = given(destination);
        CopyOptions options = CopyOptions.DEFAULT.only(platforms.toArray(new Platform[0]));
        RegistryAccess access = new RegistryAccess().with(from, sourceCreds).with(to, destinationCreds);
        try (RegistryClient registries = access.open(plainHttp)) {
            Delivery delivery = SandboxImagePipeline.builder()
                    .produce(progress -> from.source(registries))
                    .to(to.sink(registries, referrers ? options.withReferrers() : options))
                    .progress(renderer)
                    .run()
                    .deliveries()
                    .get(0);
            return report(from.toString(), delivery);
        }
    }

    static Report report(String from, Delivery delivery) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("source", from);
        json.put("destination", delivery.destination());
        json.put("digest", delivery.descriptor().digest().toString());
        json.put("mediaType", delivery.descriptor().mediaType());
        json.put("blobsCopied", delivery.blobsCopied());
        json.put("blobsMounted", delivery.blobsMounted());
        json.put("blobsSkipped", delivery.blobsSkipped());
        json.put("bytesCopied", delivery.bytesCopied());
        json.put("tookMillis", delivery.took().toMillis());
        String text = delivery.destination() + ": " + delivery.blobsCopied() + " blobs copied ("
                + DataSize.ofBytes(delivery.bytesCopied()) + "), " + delivery.blobsMounted() + " mounted, "
                + delivery.blobsSkipped() + " present, " + Texts.seconds(delivery.took()) + "\n"
                + delivery.descriptor().digest() + "\n";
        return new Report(json, () -> text);
    }
}
