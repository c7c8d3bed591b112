package io.sandboximage.artifact;

import io.sandboximage.disk.Disk;
import io.sandboximage.error.CancelledException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.internal.io.ZstdBytes;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.Repository;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One push: this thread reads and cuts, others hash, compress and upload. There is one buffer more than there are threads, and who reads
 * waits for a free one, so that the memory is bounded.
 */
final class PushRun {
    private static final int READ_BYTES = 1 << 20;

    private final ImageReference reference;
    private final Repository repository;
    private final ChunkSizes sizes;
    private final ProgressTask task;
    private final Map<Digest, Descriptor> blobs = new ConcurrentHashMap<>();
    private final Set<Digest> claimed = ConcurrentHashMap.newKeySet();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final List<Cut> cuts = new ArrayList<>();
    private final AtomicInteger uploaded = new AtomicInteger();
    private final AtomicLong uploadedBytes = new AtomicLong();

    private record Pending(long offset, int length, Future<Digest> digest) {}

    private record Cut(long offset, int length, Digest digest) {}

    PushRun(ImageReference reference, Repository repository, ChunkSizes sizes, ProgressTask task) {
        this.reference = reference;
        this.repository = repository;
        this.sizes = sizes;
        this.task = task;
    }

    /** Takes an artifact whose blobs are in the repository. */
    void base(ChunkList known) {
        blobs.putAll(known.blobsByContent());
        claimed.addAll(blobs.keySet());
    }

    PushedDisk push(Disk disk, int wantedThreads) {
        int threads = ChunkSizes.threads(wantedThreads, sizes.max());
        try (Workers workers = new Workers(threads, "pushing chunks to " + reference)) {
            cut(disk, workers, threads);
        }
        ChunkList list = list(disk.sizeBytes());
        byte[] config = list.toJson();
        Descriptor configBlob = Descriptor.of(DiskArtifact.CONFIG_TYPE, config);
        repository.blobs().upload(configBlob, config);
        Manifest manifest = Manifest.create(
                configBlob, list.blobs(), Map.of(), Optional.empty(), Optional.of(DiskArtifact.ARTIFACT_TYPE));
        repository.manifests().put(reference.tag().orElseThrow(), manifest.mediaType(), manifest.bytes());
        return new PushedDisk(
                manifest.descriptor().digest(),
                disk.sizeBytes(),
                list.chunks().size(),
                uploaded.get(),
                uploadedBytes.get());
    }

    private void cut(Disk disk, Workers workers, int threads) {
        BlockingQueue<byte[]> idle =
                new ArrayBlockingQueue<>(threads + 1, false, Collections.nCopies(threads + 1, new byte[0]));
        Chunker chunker = new Chunker(sizes, new Chunker.Target() {
            @Override
            public byte[] buffer() {
                byte[] buffer = take(idle);
                return buffer.length == 0 ? new byte[sizes.max()] : buffer;
            }

            @Override
            public void chunk(long offset, byte[] bytes, int length) {
                settle(workers, threads);
                pending.add(new Pending(offset, length, workers.submit(() -> {
                    try {
                        return send(bytes, length);
                    } finally {
                        idle.add(bytes);
                    }
                })));
            }
        });
        long size = disk.sizeBytes();
        for (long at = 0; at < size; at += READ_BYTES) {
            CancelledException.throwIfInterrupted("reading " + disk.name());
            byte[] data = disk.read(at, (int) Math.min(READ_BYTES, size - at));
            chunker.add(at, data);
            task.advance(data.length);
        }
        chunker.end();
        settle(workers, 0);
    }

    private static byte[] take(BlockingQueue<byte[]> idle) {
        try {
            return idle.take();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("pushing chunks", e);
        }
    }

    /** Waits until no more than so many are pending: a failure is seen soon. */
    private void settle(Workers workers, int most) {
        while (pending.size() > most) {
            Pending first = pending.remove();
            cuts.add(new Cut(first.offset, first.length, workers.await(first.digest)));
        }
    }

    private Digest send(byte[] bytes, int length) {
        MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        hash.update(bytes, 0, length);
        Digest digest = Digest.of(Digest.Algorithm.SHA256, hash.digest());
        if (claimed.add(digest)) {
            byte[] compressed = ZstdBytes.compress(bytes, length, false);
            Descriptor blob = Descriptor.of(DiskArtifact.CHUNK_TYPE, compressed);
            AtomicInteger opened = new AtomicInteger();
            repository
                    .blobs()
                    .upload(
                            blob,
                            () -> {
                                opened.incrementAndGet();
                                return new ByteArrayInputStream(compressed);
                            },
                            ProgressTask.silent());
            if (opened.get() > 0) {
                uploaded.incrementAndGet();
                uploadedBytes.addAndGet(compressed.length);
            }
            blobs.put(digest, blob);
        }
        return digest;
    }

    /** Blobs in the order in which the disk has them first, so that the artifact does not depend on who was faster. */
    private ChunkList list(long sizeBytes) {
        Map<Digest, Integer> numbers = new LinkedHashMap<>();
        List<Descriptor> layers = new ArrayList<>();
        List<Chunk> chunks = new ArrayList<>();
        for (Cut cut : cuts) {
            int number = numbers.computeIfAbsent(cut.digest, digest -> {
                layers.add(Objects.requireNonNull(blobs.get(digest)));
                return layers.size() - 1;
            });
            chunks.add(new Chunk(cut.offset, cut.length, cut.digest, number));
        }
        return new ChunkList(sizeBytes, chunks, layers);
    }
}
