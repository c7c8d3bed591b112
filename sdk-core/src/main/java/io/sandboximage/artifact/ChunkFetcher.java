package io.sandboximage.artifact;

import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.ZstdBytes;
import io.sandboximage.store.BlobCache;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gets chunks, from a cache or from the registry, and verifies each whole. What the registry gives goes into the cache,
 * uncompressed. Thread-safe.
 */
final class ChunkFetcher {
    /** So often the cache is kept below its size. */
    private static final long TRIM_BYTES = 256 << 20;

    private final DiskArtifact artifact;
    private final Optional<BlobCache> cache;
    private final AtomicInteger fetched = new AtomicInteger();
    private final AtomicInteger cached = new AtomicInteger();
    private final AtomicLong fetchedBytes = new AtomicLong();
    private final AtomicLong untrimmed = new AtomicLong();

    ChunkFetcher(DiskArtifact artifact, Optional<BlobCache> cache) {
        this.artifact = artifact;
        this.cache = cache;
    }

    /** @throws IntegrityException if the registry gives something else; it names the chunk */
    byte[] get(Chunk chunk) {
        Optional<byte[]> known = cache.flatMap(directory -> cached(directory, chunk));
        if (known.isPresent()) {
            cached.incrementAndGet();
            return known.get();
        }
        byte[] content = fetch(chunk);
        cache.ifPresent(directory -> {
            directory.storeUntrimmed(
                    blob(chunk),
                    new ByteArrayInputStream(content),
                    artifact.reference().toString());
            if (untrimmed.addAndGet(content.length) >= TRIM_BYTES) {
                untrimmed.set(0);
                directory.trim();
            }
        });
        return content;
    }

    /** To be called after the last one. */
    void finish() {
        cache.ifPresent(BlobCache::trim);
    }

    private static Descriptor blob(Chunk chunk) {
        return Descriptor.of(MediaTypes.OCI_EMPTY, chunk.digest(), chunk.sizeBytes());
    }

    private static Optional<byte[]> cached(BlobCache directory, Chunk chunk) {
        Optional<Path> file = directory.find(blob(chunk));
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] content = Files.readAllBytes(file.get());
            if (content.length == chunk.sizeBytes() && chunk.digest().matches(content)) {
                return Optional.of(content);
            }
            Files.deleteIfExists(file.get());
        } catch (IOException e) {
            // Removed meanwhile, or it cannot be read: the registry has it.
        }
        return Optional.empty();
    }

    private byte[] fetch(Chunk chunk) {
        Descriptor blob = artifact.chunks().blobs().get(chunk.blob());
        byte[] compressed;
        try (InputStream in = artifact.repository().blobs().open(blob)) {
            compressed = in.readAllBytes();
        } catch (IntegrityException e) {
            throw new IntegrityException(
                    "The " + chunk + " of " + artifact.reference() + " is corrupted: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UnavailableException(
                    "Could not fetch the " + chunk + " of " + artifact.reference() + ": " + AtomicFile.reason(e), e);
        }
        byte[] content = ZstdBytes.uncompress(compressed, chunk.sizeBytes())
                .filter(bytes -> chunk.digest().matches(bytes))
                .orElseThrow(() -> new IntegrityException("The " + chunk + " of " + artifact.reference()
                        + " is corrupted: the blob " + blob.digest() + " holds something else. Push the disk again"));
        fetched.incrementAndGet();
        fetchedBytes.addAndGet(compressed.length);
        return content;
    }

    int fetched() {
        return fetched.get();
    }

    long fetchedBytes() {
        return fetchedBytes.get();
    }

    int cached() {
        return cached.get();
    }
}
