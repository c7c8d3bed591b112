package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.depot.snapshot.DepotSandboxSnapshotter;
import io.sandboximage.depot.snapshot.UnpackHelper;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import java.net.URI;
import java.net.URISyntaxException;
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

    /** @param text {@code NAME[,size=SIZE][,artifact=REFERENCE][,file=FILE][,unpack=sandbox|here|depot[,helper=URL]]} */
    DepotSandboxSnapshotter snapshotter(String text) {
        WordOptions words = WordOptions.parse(names.expand(text), "size", "artifact", "file", "unpack", "helper");
        DepotSandboxSnapshotter snapshotter =
                unpacking(words).named(words.word()).credentials(CredentialProvider.fromEnvironment());
        snapshotter =
                words.value("file").map(Path::of).map(snapshotter::download).orElse(snapshotter);
        snapshotter =
                words.value("size").map(DataSize::parse).map(snapshotter::size).orElse(snapshotter);
        return words.value("artifact")
                .map(ImageReference::parse)
                .map(snapshotter::artifact)
                .orElse(snapshotter);
    }

    private DepotSandboxSnapshotter unpacking(WordOptions words) {
        String where = words.value("unpack").orElse("sandbox");
        Optional<UnpackHelper> helper = words.value("helper").map(PipelineDepot::helper);
        if (helper.isPresent() && !where.equals("depot")) {
            throw new InvalidRequestException("helper=… is for unpack=depot, not for unpack=" + where);
        }
        return switch (where) {
            // The image may be anywhere, and only this SDK's converter takes it from where it is.
            case "sandbox" -> DepotSandboxSnapshotter.of(open()).helper(UnpackHelper.ofThisSdk());
            case "depot" -> DepotSandboxSnapshotter.of(open()).helper(helper.orElseGet(UnpackHelper::depot));
            case "here" ->
                DepotSandboxSnapshotter.local(
                        open(),
                        words.value("file")
                                .map(Path::of)
                                .orElseThrow(() -> new InvalidRequestException("unpack=here needs file=FILE")));
            default -> throw new InvalidRequestException("unpack=" + where + " is not one of sandbox, here and depot");
        };
    }

    private static UnpackHelper helper(String address) {
        try {
            return UnpackHelper.url(new URI(address));
        } catch (URISyntaxException e) {
            throw new InvalidRequestException("helper=" + address + " is no address: " + e.getMessage(), e);
        }
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
