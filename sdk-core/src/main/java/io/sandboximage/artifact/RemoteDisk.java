package io.sandboximage.artifact;

import io.sandboximage.disk.Disk;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.io.RecentPieces;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.BlobCache;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A disk in a registry, read without pulling it: a read fetches the chunks that it touches, each verified. The last ones stay in memory.
 *
 * <pre>{@code
 * try (Ext4Reader reader = Ext4Reader.open(RemoteDisk.open(reference, registries))) {
 *     reader.find("/etc/os-release");
 * }
 * }</pre>
 */
public final class RemoteDisk implements Disk {
    private static final long MEMORY_BYTES = 48 << 20;

    private final DiskArtifact artifact;
    private final ChunkFetcher fetcher;
    private final RecentPieces recent = new RecentPieces(MEMORY_BYTES);

    private RemoteDisk(DiskArtifact artifact, Optional<BlobCache> cache) {
        this.artifact = artifact;
        this.fetcher = new ChunkFetcher(artifact, cache);
    }

    /** @param registries must stay open as long as the disk */
    public static RemoteDisk open(ImageReference reference, RegistryClient registries) {
        return new RemoteDisk(DiskArtifact.of(reference, registries), Optional.empty());
    }

    /** Keeps chunks on disk too, together with {@link DiskPull}. */
    public static RemoteDisk open(ImageReference reference, RegistryClient registries, BlobCache cache) {
        return new RemoteDisk(DiskArtifact.of(reference, registries), Optional.of(cache));
    }

    @Override
    public String name() {
        return artifact.reference().toString();
    }

    @Override
    public long sizeBytes() {
        return artifact.sizeBytes();
    }

    /** How many bytes were fetched so far, compressed. */
    public long fetchedBytes() {
        return fetcher.fetchedBytes();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        if (offset < 0 || target.remaining() > sizeBytes() - offset) {
            throw new InvalidContentException(
                    "The disk " + name() + " is cut off: it has only " + sizeBytes() + " bytes");
        }
        List<Chunk> chunks = artifact.chunks().chunks();
        long at = offset;
        int index = indexAt(chunks, at);
        while (target.hasRemaining()) {
            CancelledException.throwIfInterrupted("reading " + name());
            Chunk chunk = index < chunks.size() ? chunks.get(index) : null;
            if (chunk == null || at < chunk.offset()) {
                long hole = chunk == null ? Long.MAX_VALUE : chunk.offset() - at;
                int count = (int) Math.min(target.remaining(), hole);
                target.put(new byte[count]);
                at += count;
            } else {
                byte[] content = recent.get(index, number -> fetcher.get(chunks.get(number)));
                int from = (int) (at - chunk.offset());
                int count = Math.min(target.remaining(), content.length - from);
                target.put(content, from, count);
                at += count;
                index++;
            }
        }
    }

    /** The chunk that holds a byte, or else the next one. */
    private static int indexAt(List<Chunk> chunks, long offset) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).end() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public void close() {
        fetcher.finish();
    }
}
