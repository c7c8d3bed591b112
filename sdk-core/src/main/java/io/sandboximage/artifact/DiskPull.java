package io.sandboximage.artifact;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.BlobCache;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Pulls a disk that {@link DiskPush} pushed. Every chunk is verified, whether it comes from the registry, from the cache or from an
 * earlier pull; the file is sparse and appears under its name whole or not at all. Immutable and thread-safe; every step gives a
 * changed copy.
 *
 * <pre>{@code
 * DiskPull.to(Path.of("sandbox.ext4")).cache(BlobCache.at(directory).maxBytes(20L << 30)).pull(reference, registries, progress)
 * }</pre>
 *
 * A pull that did not get to its end, for whatever reason, leaves what it has in a hidden directory beside the target; the next pull of
 * the same artifact to the same target goes on with it.
 */
public final class DiskPull {
    private final Path file;
    private final @Nullable BlobCache cache;
    private final int threads;

    private DiskPull(Path file, @Nullable BlobCache cache, int threads) {
        this.file = file;
        this.cache = cache;
        this.threads = threads;
    }

    /** @param file is replaced if it exists; directories that lack are made */
    public static DiskPull to(Path file) {
        return new DiskPull(file, null, DiskPush.threadsByDefault());
    }

    /**
     * Keeps chunks, uncompressed, for disks that have them too. Any number of pulls and processes may share one. Its size is looked at
     * now and then, and at the end of a pull.
     */
    public DiskPull cache(BlobCache chunks) {
        return new DiskPull(file, chunks, threads);
    }

    /** How many chunks are worked on at once, where the heap is large enough; twice as many as processors by default. */
    public DiskPull threads(int count) {
        if (count < 1) {
            throw new InvalidRequestException("At least one thread is needed, not " + count);
        }
        return new DiskPull(file, cache, count);
    }

    /**
     * Pulls.
     *
     * @throws io.sandboximage.error.NotFoundException if there is nothing of that name
     * @throws io.sandboximage.error.InvalidContentException if it is no disk, or its list of chunks is malformed
     * @throws io.sandboximage.error.IntegrityException if a chunk is corrupted in the registry or on its way; it is named
     * @throws io.sandboximage.error.StorageException if the disk is full or fails
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted
     */
    public PulledDisk pull(ImageReference reference, RegistryClient registries, ProgressTask progress) {
        DiskArtifact artifact = DiskArtifact.of(reference, registries);
        ChunkFetcher fetcher = new ChunkFetcher(artifact, Optional.ofNullable(cache));
        Collection<List<Chunk>> contents = contents(artifact.chunks());
        AtomicInteger resumed = new AtomicInteger();
        try (PartialDisk partial = PartialDisk.open(file, artifact.digest(), artifact.sizeBytes());
                ProgressTask task = progress.child("pull " + reference, ProgressUnit.BYTES, bytes(artifact))) {
            Iterator<List<Chunk>> rest = contents.iterator();
            Runnable worker = () -> {
                for (List<Chunk> same = next(rest); !same.isEmpty(); same = next(rest)) {
                    if (write(same, partial, fetcher)) {
                        resumed.incrementAndGet();
                    }
                    task.advance(same.stream().mapToLong(Chunk::sizeBytes).sum());
                }
            };
            int count = ChunkSizes.threads(threads, artifact.chunks().largest());
            try (Workers workers = new Workers(count, "pulling " + reference)) {
                workers.run(Collections.nCopies(count, worker));
            }
            partial.publish();
            task.done();
        }
        fetcher.finish();
        return new PulledDisk(
                artifact.digest(),
                artifact.sizeBytes(),
                contents.size(),
                fetcher.fetched(),
                fetcher.fetchedBytes(),
                fetcher.cached(),
                resumed.get());
    }

    private static long bytes(DiskArtifact artifact) {
        return artifact.chunks().chunks().stream().mapToLong(Chunk::sizeBytes).sum();
    }

    /** Chunks of equal content together: it is fetched once. */
    private static Collection<List<Chunk>> contents(ChunkList chunks) {
        Map<Digest, List<Chunk>> contents = new LinkedHashMap<>();
        chunks.chunks().forEach(chunk -> contents.computeIfAbsent(chunk.digest(), digest -> new ArrayList<>())
                .add(chunk));
        return contents.values();
    }

    private static List<Chunk> next(Iterator<List<Chunk>> rest) {
        synchronized (rest) {
            return rest.hasNext() ? rest.next() : List.of();
        }
    }

    /** @return whether all of it was there */
    private static boolean write(List<Chunk> same, PartialDisk partial, ChunkFetcher fetcher) {
        List<Chunk> lacking = partial.resumed()
                ? same.stream().filter(chunk -> !partial.has(chunk)).toList()
                : same;
        if (!lacking.isEmpty()) {
            byte[] content = fetcher.get(lacking.get(0));
            lacking.forEach(chunk -> partial.write(chunk, content));
        }
        return lacking.isEmpty();
    }
}
