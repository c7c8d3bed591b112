package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.depot.snapshot.DepotSandboxSnapshotter;
import io.sandboximage.depot.snapshot.UnpackHelper;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Snapshotters in Depot's sandboxes that share one connection, which is opened for the first of them. */
final class PipelineDepot implements AutoCloseable {
    private final Map<String, String> environment;
    private final DepotOptions options;
    private final GitNames names;
    private @Nullable DepotSandboxes sandboxes;

    PipelineDepot(Map<String, String> environment, DepotOptions options, GitNames names) {
        this.environment = environment;
        this.options = options;
        this.names = names;
    }

    /** @param text {@code NAME[,size=SIZE][,artifact=REFERENCE][,file=FILE][,unpack=sandbox|depot|here]} */
    DepotSandboxSnapshotter snapshotter(String text) {
        WordOptions words = WordOptions.parse(text, "size", "artifact", "file", "unpack");
        Optional<Path> file = words.value("file").map(Path::of);
        String where = words.value("unpack").orElse("sandbox");
        DepotSandboxSnapshotter snapshotter =
                switch (where) {
                    // The image may be anywhere, and only this SDK's converter takes it from where it is.
                    case "sandbox" -> DepotSandboxSnapshotter.of(open()).helper(UnpackHelper.ofThisSdk());
                    case "depot" -> DepotSandboxSnapshotter.of(open());
                    case "here" ->
                        DepotSandboxSnapshotter.local(
                                open(),
                                file.orElseThrow(() -> new InvalidRequestException(
                                        "unpack=here needs file=FILE in \"" + text + "\"")));
                    default ->
                        throw new InvalidRequestException("unpack=" + where + " is not one of sandbox, depot and here");
                };
        snapshotter = snapshotter.named(names.expand(words.word())).credentials(CredentialProvider.fromEnvironment());
        snapshotter = file.isPresent() ? snapshotter.download(file.get()) : snapshotter;
        if (words.value("size").isPresent()) {
            snapshotter = snapshotter.size(DataSize.parse(words.value("size").get()));
        }
        if (words.value("artifact").isPresent()) {
            snapshotter = snapshotter.artifact(
                    ImageReference.parse(names.expand(words.value("artifact").get())));
        }
        return snapshotter;
    }

    private DepotSandboxes open() {
        DepotSandboxes known = sandboxes;
        if (known == null) {
            known = DepotSandboxes.of(options.access(environment));
            sandboxes = known;
        }
        return known;
    }

    @Override
    public void close() {
        if (sandboxes != null) {
            sandboxes.close();
        }
    }
}
