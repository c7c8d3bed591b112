package io.sandboximage.tests.artifact;

import static io.sandboximage.tests.artifact.Snapshots.layer;
import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.artifact.DiskPull;
import io.sandboximage.artifact.DiskPush;
import io.sandboximage.artifact.PulledDisk;
import io.sandboximage.conversion.KilledProcesses;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.io.FileTrees;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.BlobCache;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pulls from a real registry into a file and a chunk store, killed at random moments: under a final name stands the whole file or none,
 * and no chunk is torn; the next pull goes on with what is there and gives the same bytes. {@code -Dsandboximage.moments=100} makes it a
 * long run.
 */
@RequiresEngine(Engine.REGISTRY_V3)
class KilledPullsIT {
    private static final int MOMENTS = Integer.getInteger("sandboximage.moments", 3);
    private static final long SEED = Long.getLong("sandboximage.moments.seed", 1);
    private static final Duration LONGEST = Duration.ofSeconds(4);

    @TempDir
    Path folder;

    private int killedWithFile;
    private int killedWithin;
    private long resumed;
    private long cached;

    @Test
    void aKilledPullLeavesAWholeFileOrNoneAndAUsableChunkStore(TestReporter reporter) throws IOException {
        Path first = Snapshots.write(folder.resolve("first.ext4"), layer(1, 12), layer(2, 4));
        Path output = Files.createDirectory(folder.resolve("output"));
        Path file = output.resolve("pulled.ext4");
        Path cache = folder.resolve("cache");
        try (RegistryProcess registry =
                        RegistryProcess.start(Engine.REGISTRY_V3, Files.createDirectory(folder.resolve("registry")));
                RegistryClient client = RegistryClient.builder().build()) {
            ImageReference reference = ImageReference.parse(registry.address() + "/acme/killed:v1");
            DiskPush.of(first).push(reference, client, ProgressTask.silent());

            new KilledProcesses(folder, Program.class, reference, file, cache).kill(MOMENTS, SEED, LONGEST, moment -> {
                String when = "seed " + SEED + ", moment " + moment;
                requireWholeOrNone(file, first, when);
                killedWithin += names(output).isEmpty() ? 0 : 1;
                requireWholeChunks(cache, when);
                PulledDisk rest =
                        DiskPull.to(file).cache(BlobCache.at(cache)).pull(reference, client, ProgressTask.silent());
                resumed += rest.chunksResumed();
                cached += rest.chunksCached();
                assertThat(Files.mismatch(file, first)).as(when).isEqualTo(-1);
                assertThat(names(output)).as(when).containsExactly("pulled.ext4");
                assertThat(rest.chunksFetched())
                        .as(when)
                        .isEqualTo(rest.chunks() - rest.chunksResumed() - rest.chunksCached());
                Files.delete(file);
                requireWholeChunks(cache, when);
            });
        }
        reporter.publishEntry(
                "moments",
                MOMENTS + " with seed " + SEED + ": " + killedWithin + " within a pull, " + killedWithFile
                        + " with the whole file; later pulls went on with " + resumed + " chunks and took " + cached
                        + " from the store");
    }

    private void requireWholeOrNone(Path file, Path expected, String when) throws IOException {
        if (Files.exists(file)) {
            assertThat(Files.mismatch(file, expected)).as(when).isEqualTo(-1);
            Files.delete(file);
            killedWithFile++;
        }
    }

    private static void requireWholeChunks(Path cache, String when) throws IOException {
        Path blobs = cache.resolve("blobs/sha256");
        if (!Files.exists(blobs)) {
            return;
        }
        try (Stream<Path> found = Files.list(blobs)) {
            for (Path chunk : found.toList()) {
                assertThat(Digest.sha256(Files.readAllBytes(chunk)).hex())
                        .as(when)
                        .isEqualTo(chunk.getFileName().toString());
            }
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString()).toList();
        }
    }

    /** Pulls the same disk until it is killed, in turns with an empty chunk store and with a full one. */
    static final class Program {
        private Program() {}

        /** @param arguments artifact, file and chunk store */
        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) throws IOException {
            ImageReference reference = ImageReference.parse(arguments[0]);
            Path file = Path.of(arguments[1]);
            Path cache = Path.of(arguments[2]);
            try (RegistryClient client = RegistryClient.builder().build()) {
                for (int run = 0; ; run++) {
                    if (run == 1) {
                        // Not before the first is through: on a busy machine most moments would come while classes are
                        // loaded.
                        System.out.println(KilledProcesses.BEGUN);
                    }
                    if (run % 2 == 1) {
                        FileTrees.delete(cache);
                    }
                    DiskPull.to(file)
                            .cache(BlobCache.at(cache))
                            .threads(2)
                            .pull(reference, client, ProgressTask.silent());
                    Files.delete(file);
                }
            }
        }
    }
}
