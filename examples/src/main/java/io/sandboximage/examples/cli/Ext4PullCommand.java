package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.artifact.DiskPull;
import io.sandboximage.artifact.PulledDisk;
import io.sandboximage.examples.Place;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.BlobCache;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pull",
        description = "Pulls an ext4 file that was pushed to a registry; one that was interrupted is gone on with.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Ext4PullCommand extends ReportingCommand {
    @Parameters(paramLabel = "REF", description = "Name in a registry.")
    private @Nullable Place place;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "Where the file system goes; the file appears whole or not at all.")
    private @Nullable Path output;

    @Option(names = "--cache-dir", paramLabel = "DIR", description = "Keeps chunks for file systems that share them.")
    private @Nullable Path cacheDir;

    @Option(names = "--cache-size", description = "How much is kept there, for instance 20GiB; otherwise everything.")
    private @Nullable DataSize cacheSize;

    @Option(names = "--creds", paramLabel = "USER:PASSWORD", defaultValue = "", description = "For the registry.")
    private String creds = "";

    @Option(names = "--plain-http", description = "Speaks http with the registry.")
    private boolean plainHttp;

    Ext4PullCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        Place from = given(place);
        DiskPull pull = DiskPull.to(given(output));
        if (cacheDir != null) {
            BlobCache cache = BlobCache.at(cacheDir);
            pull = pull.cache(cacheSize == null ? cache : cache.maxBytes(cacheSize.bytes()));
        }
        try (RegistryClient registries = new RegistryAccess().with(from, creds).open(plainHttp);
                ProgressTask progress = ProgressTask.root(renderer, "pull")) {
            PulledDisk pulled = pull.pull(Ext4Places.reference(from), registries, progress);
            progress.done();
            return report(from, given(output), pulled);
        }
    }

    private static Report report(Place from, Path file, PulledDisk pulled) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("source", from.toString());
        json.put("file", file.toString());
        json.put("digest", pulled.digest().toString());
        json.put("sizeBytes", pulled.sizeBytes());
        json.put("chunks", pulled.chunks());
        json.put("chunksFetched", pulled.chunksFetched());
        json.put("bytesFetched", pulled.bytesFetched());
        json.put("chunksCached", pulled.chunksCached());
        json.put("chunksResumed", pulled.chunksResumed());
        return new Report(
                json,
                () -> file + " written: " + DataSize.ofBytes(pulled.sizeBytes()) + ", " + pulled.chunksFetched()
                        + " of " + pulled.chunks() + " chunks fetched (" + DataSize.ofBytes(pulled.bytesFetched())
                        + "), " + pulled.chunksCached() + " cached, " + pulled.chunksResumed() + " there before\n");
    }
}
