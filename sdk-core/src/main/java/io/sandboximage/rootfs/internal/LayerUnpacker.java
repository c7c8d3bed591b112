package io.sandboximage.rootfs.internal;

import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import io.sandboximage.rootfs.internal.compression.LayerCompression;
import io.sandboximage.rootfs.internal.tar.TarEntry;
import io.sandboximage.rootfs.internal.tar.TarReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a layer once: takes the headers into an index, moves the file data into the layer's region, and verifies the diff ID. One for
 * an image; thread-safe.
 *
 * <p>The diff ID is what everything rests on: the manifest's digest vouches for the config, the config for the diff IDs, and these for
 * each byte that goes into a file system or a layer cache. The digest of the blob vouches for the same bytes compressed. It is
 * compared where a blob comes into the cache, over a network that may have changed it; of one that is on disk already it is compared
 * only if something does not fit, to tell damage from a layer that belongs to another image. So do containerd and Docker.
 */
final class LayerUnpacker {
    private final RootfsLimits limits;
    private final AtomicLong uncompressedBytes = new AtomicLong();
    private final AtomicLong indexBytes = new AtomicLong();

    /**
     * What was found in a layer.
     *
     * @param bytes of the whole archive
     */
    record Unpacked(LayerIndex index, long bytes) {}

    LayerUnpacker(RootfsLimits limits) {
        this.limits = limits;
    }

    /**
     * @throws io.sandboximage.error.IntegrityException if the blob or the uncompressed layer has another digest than it should
     * @throws InvalidContentException if the layer is malformed or passes a limit
     */
    Unpacked unpack(LayerFile file, RegionWriter region, ProgressTask progress) {
        Descriptor blob = file.layer().descriptor();
        String name = LayerFile.name(file.layer());
        try (ProgressTask task =
                        progress.child("unpack " + blob.digest().shortHex(), ProgressUnit.BYTES, blob.sizeBytes());
                InputStream compressed = counted(file.open(), task);
                InputStream plain = LayerCompression.uncompress(compressed, blob.mediaType(), name);
                ReadAhead ahead = new ReadAhead(plain, "reading " + name)) {
            Unpacked unpacked = unpack(ahead, file, region, name);
            task.done(unpacked.index.entries() + " entries");
            return unpacked;
        } catch (InvalidContentException | IntegrityException e) {
            throw damagedOr(e, file);
        } catch (IOException e) {
            throw file.failed(e);
        }
    }

    /**
     * Counts a layer that was unpacked before.
     *
     * @throws InvalidContentException if it passes a limit
     */
    LayerIndex reuse(KeptLayer kept, String name) {
        LimitedDigest.count(uncompressedBytes, kept.uncompressedBytes(), limits.uncompressedBytes(), name);
        countIndex(kept.index().sizeBytes(), name);
        return kept.index();
    }

    private void countIndex(long bytes, String name) {
        if (indexBytes.addAndGet(bytes) > limits.indexBytes()) {
            throw new InvalidContentException("The layers of the image hold too many entries for the memory of this"
                    + " process: their headers take more than " + limits.indexBytes() + " bytes, reached in " + name
                    + ". If the image is trusted, give the process a larger heap");
        }
    }

    private Unpacked unpack(ReadAhead plain, LayerFile file, RegionWriter region, String name) throws IOException {
        LimitedDigest digested =
                new LimitedDigest(plain, file.layer().diffId(), uncompressedBytes, limits.uncompressedBytes(), name);
        LayerIndex index = new LayerIndex();
        TarReader reader = new TarReader(digested, name);
        long counted = 0;
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            index.add(entry);
            region.write(entry, reader);
            long size = index.sizeBytes();
            countIndex(size - counted, name);
            counted = size;
        }
        reader.drain();
        digested.requireDiffId();
        region.finish();
        return new Unpacked(index, digested.bytes());
    }

    /** A blob that was damaged makes no sense either, or has another diff ID; then the damage is what to tell. */
    private static SandboxImageException damagedOr(SandboxImageException found, LayerFile file) {
        try {
            file.verify();
            return found;
        } catch (IntegrityException damaged) {
            damaged.addSuppressed(found);
            return damaged;
        }
    }

    private static InputStream counted(InputStream in, ProgressTask task) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int n = in.read(target, offset, length);
                task.advance(Math.max(0, n));
                return n;
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }
        };
    }
}
