package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.depot.snapshot.DepotSandboxSnapshotter;
import io.sandboximage.depot.snapshot.UnpackHelper;
import io.sandboximage.examples.Place;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "snapshot",
        description = "Makes a bootable ext4 file of an image in a sandbox of Depot's, and registers it there.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DepotSnapshotCommand extends DepotCall {
    @Parameters(
            paramLabel = "IMAGE",
            description = "In a registry; with --own-converter or --local at any place, for instance oci:DIR[:TAG].")
    private @Nullable Place image;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Brings the file here as well.")
    private @Nullable Path output;

    @Option(names = "--size", description = "Exact size, for instance 10GiB; otherwise content plus 20 %%.")
    private @Nullable DataSize size;

    @Option(names = "--name", description = "What the snapshot is called; otherwise after the image.")
    private @Nullable String name;

    @Option(
            names = "--artifact",
            paramLabel = "REFERENCE",
            description = "Where the file is pushed to if the server has no snapshots.")
    private @Nullable String artifact;

    @Option(names = "--builder-image", paramLabel = "REFERENCE", description = "What the unpack sandbox boots from.")
    private @Nullable String builderImage;

    @Option(names = "--snapshot-binary-url", paramLabel = "URL", description = "Where the sandbox gets its helper.")
    private @Nullable URI helperUrl;

    @Option(names = "--own-converter", description = "Uploads this SDK's converter; the sandbox needs Java 17.")
    private boolean ownConverter;

    @Option(names = "--local", description = "Makes the file here, without a sandbox; needs --output.")
    private boolean local;

    @Option(names = "--timeout", paramLabel = "MINUTES", defaultValue = "30", description = "Of the sandbox.")
    private int timeout;

    DepotSnapshotCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report call(DepotAccess access, ProgressTask progress) {
        if (local && output == null) {
            throw new io.sandboximage.error.InvalidRequestException("--local needs --output FILE");
        }
        try (RegistryClient registries = new RegistryAccess().open(false);
                ImageSource source = given(image).source(registries);
                DepotSandboxes sandboxes = DepotSandboxes.of(access)) {
            return report(snapshotter(sandboxes).snapshot(source, progress));
        }
    }

    private DepotSandboxSnapshotter snapshotter(DepotSandboxes sandboxes) {
        DepotSandboxSnapshotter snapshotter =
                local ? DepotSandboxSnapshotter.local(sandboxes, given(output)) : DepotSandboxSnapshotter.of(sandboxes);
        snapshotter =
                snapshotter.credentials(CredentialProvider.fromEnvironment()).timeout(Duration.ofMinutes(timeout));
        snapshotter = output == null ? snapshotter : snapshotter.download(output);
        snapshotter = size == null ? snapshotter : snapshotter.size(size);
        snapshotter = name == null ? snapshotter : snapshotter.named(name);
        snapshotter = artifact == null ? snapshotter : snapshotter.artifact(ImageReference.parse(artifact));
        snapshotter = builderImage == null ? snapshotter : snapshotter.builderImage(builderImage);
        snapshotter = helperUrl == null ? snapshotter : snapshotter.helper(UnpackHelper.url(helperUrl));
        return ownConverter ? snapshotter.helper(UnpackHelper.ofThisSdk()) : snapshotter;
    }

    private static Report report(Snapshot snapshot) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("reference", snapshot.reference());
        json.put("image", snapshot.image().toString());
        json.putAll(snapshot.properties());
        json.put("tookMillis", snapshot.took().toMillis());
        return new Report(
                json,
                () -> snapshot.reference() + " registered as "
                        + snapshot.properties().get("registeredBy") + " in " + Texts.seconds(snapshot.took()) + "\n");
    }
}
