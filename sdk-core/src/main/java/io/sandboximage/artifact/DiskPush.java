package io.sandboximage.artifact;

import io.sandboximage.disk.Disk;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import io.sandboximage.registry.RegistryClient;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pushes the image of a disk, such as an ext4 file, as an artifact of chunks. A chunk that the artifact there before has is neither
 * compressed nor moved again. Immutable and thread-safe; every step gives a changed copy.
 *
 * <pre>{@code
 * DiskPush.of(Path.of("sandbox.ext4")).push(reference, registries, progress)
 * }</pre>
 *
 * The same bytes give the same artifact with the same version of zstd, as long as no artifact that was compressed by another lends its
 * chunks.
 */
public final class DiskPush {
    private static final int MOST_THREADS = 16;
    private static final int LEAST_THREADS = 2;

    private final Path file;
    private final @Nullable ImageReference base;
    private final int threads;

    private DiskPush(Path file, @Nullable ImageReference base, int threads) {
        this.file = file;
        this.base = base;
        this.threads = threads;
    }

    /** @param file raw, or as {@link io.sandboximage.disk.SeekableZstd} compresses; what is pushed is the same */
    public static DiskPush of(Path file) {
        return new DiskPush(file, null, threadsByDefault());
    }

    /** Waiting for a far registry is most of the work: more threads than processors. */
    static int threadsByDefault() {
        return Math.min(MOST_THREADS, LEAST_THREADS * Runtime.getRuntime().availableProcessors());
    }

    /**
     * An artifact of the same repository with much in common; without it, the one that has the tag before.
     *
     * @throws InvalidRequestException on {@link #push} if it is in another repository
     */
    public DiskPush base(ImageReference artifact) {
        return new DiskPush(file, artifact, threads);
    }

    /** How many chunks are worked on at once, where the heap is large enough; twice as many as processors by default. */
    public DiskPush threads(int count) {
        if (count < 1) {
            throw new InvalidRequestException("At least one thread is needed, not " + count);
        }
        return new DiskPush(file, base, count);
    }

    /**
     * Pushes.
     *
     * @param reference with a tag
     * @throws InvalidRequestException if the reference has no tag
     * @throws io.sandboximage.error.NotFoundException if there is no such file, or the base does not exist
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted
     */
    public PushedDisk push(ImageReference reference, RegistryClient registries, ProgressTask progress) {
        if (reference.tag().isEmpty()) {
            throw new InvalidRequestException("Could not push " + file + " to " + reference + ": give a tag");
        }
        try (Disk disk = Disk.open(file);
                ProgressTask task =
                        progress.child("push " + file.getFileName(), ProgressUnit.BYTES, disk.sizeBytes())) {
            ChunkSizes sizes = ChunkSizes.of(file, disk.sizeBytes());
            PushRun run = new PushRun(reference, registries.repository(reference), sizes, task);
            BaseArtifact.find(reference, Optional.ofNullable(base), registries).ifPresent(run::base);
            PushedDisk pushed = run.push(disk, threads);
            task.done();
            return pushed;
        }
    }
}
