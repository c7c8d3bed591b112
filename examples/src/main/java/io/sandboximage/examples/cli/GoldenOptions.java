package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.GoldenStrategy;
import io.sandboximage.golden.GoldenValidation;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which store of golden caches; the same for all commands about it. */
final class GoldenOptions {
    @Option(
            names = "--store",
            paramLabel = "DIR",
            defaultValue = "/var/lib/sandbox-image/golden",
            description = "Folder of the golden caches; otherwise ${DEFAULT-VALUE}.")
    private Path folder = Path.of("");

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description = "How a new store clones: ${COMPLETION-CANDIDATES}. Otherwise the best that its file system"
                    + " carries.")
    private @Nullable GoldenStrategy strategy;

    @Option(names = "--max-size", paramLabel = "SIZE", description = "Collect long unused projects above this size.")
    private @Nullable DataSize maxSize;

    @Option(names = "--min-free", paramLabel = "SIZE", description = "Collect them, then refuse to build, below this.")
    private @Nullable DataSize minFree;

    @Option(
            names = "--idle",
            paramLabel = "DURATION",
            description = "Collect sessions that nothing used for so long, in ISO form; none otherwise.")
    private @Nullable Duration idle;

    GoldenStore open() {
        return open(null);
    }

    /** @param validation before a generation is published; null for none but the store's own */
    GoldenStore open(@Nullable GoldenValidation validation) {
        GoldenStore.Builder builder = GoldenStore.builder(folder.resolve("store"));
        if (strategy != null) {
            builder.strategy(strategy);
        }
        if (maxSize != null) {
            builder.maxBytes(maxSize.bytes());
        }
        if (minFree != null) {
            builder.minFreeBytes(minFree.bytes());
        }
        if (idle != null) {
            builder.idleSessions(idle);
        }
        if (validation != null) {
            builder.validation(validation);
        }
        return builder.open();
    }

    /** Status and logs of builds. */
    Path builds() {
        return folder.resolve("builds");
    }

    /** What pulls and pushes keep. */
    Path cache() {
        return folder.resolve("cache");
    }
}
