package io.sandboximage.examples.cli;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.PreflightReport;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.examples.Place;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "push",
        description = {
            "Pushes an image from any place to Daytona and makes a snapshot of it.",
            "Only layers that Daytona's registry lacks are sent; a snapshot of the same image that is there is used."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DaytonaPushCommand extends DaytonaCall {
    @Parameters(
            paramLabel = "IMAGE",
            description = "oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME], docker-daemon:NAME,"
                    + " docker://NAME or NAME.")
    private @Nullable Place source;

    @Option(
            names = {"-n", "--name"},
            required = true,
            description = "The snapshot's name.")
    private @Nullable String name;

    @Mixin
    private DaytonaResources resources = new DaytonaResources();

    DaytonaPushCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report call(DaytonaClient client, ProgressTask progress) {
        try (RegistryClient registries = new RegistryAccess().open(false);
                ImageSource image = given(source).source(registries)) {
            SnapshotSpec spec = resources.apply(SnapshotSpec.local(given(name), image));
            PreflightReport preflight = client.preflight().check(spec);
            preflight.notes().forEach(progress::info);
            preflight.orThrow();
            EnsuredSnapshot made = client.snapshots().ensure(spec, resources.await(), progress);
            return report(made);
        }
    }

    static Report report(EnsuredSnapshot made) {
        Map<String, Object> json = json(made.snapshot());
        json.put("outcome", made.outcome().name().toLowerCase(Locale.ROOT));
        Optional<Delivery> push = made.push();
        push.ifPresent(delivery -> {
            json.put("blobsCopied", delivery.blobsCopied());
            json.put("blobsSkipped", delivery.blobsSkipped());
            json.put("bytesCopied", delivery.bytesCopied());
        });
        String text = made.snapshot().name() + " " + made.snapshot().state() + " ("
                + made.outcome().name().toLowerCase(Locale.ROOT)
                + push.map(d -> ", " + d.blobsCopied() + " blobs copied, " + d.blobsSkipped() + " present")
                        .orElse("")
                + ")\n";
        return new Report(json, () -> text);
    }
}
