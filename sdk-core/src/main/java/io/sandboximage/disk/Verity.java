package io.sandboximage.disk;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.Zeros;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.Future;

/**
 * Makes hash trees of dm-verity: SHA-256 over blocks of 4 KiB, format 1, with a salt. The disk is read once, by several threads; the
 * tree depends on its content, the salt and the UUID alone.
 */
public final class Verity {
    /** How much a thread hashes at once: what one block of hashes covers, eight times. */
    private static final int PIECE_BYTES = 8 * VerityFormat.HASHES_PER_BLOCK * VerityFormat.BLOCK_BYTES;

    private static final int PIECES_AHEAD = 2;

    private final byte[] salt;
    private final UUID uuid;
    private final int threads;

    private Verity(byte[] salt, UUID uuid, int threads) {
        this.salt = salt;
        this.uuid = uuid;
        this.threads = threads;
    }

    /**
     * Salt and UUID that follow from a text, for instance from the UUID of the file system: the same on every machine.
     *
     * @param threads that hash
     */
    public static Verity derivedFrom(String text, int threads) {
        byte[] hash = HexFormat.of()
                .parseHex(Digest.sha256(("dm-verity " + text).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .hex());
        return new Verity(hash, UUID.nameUUIDFromBytes(hash), threads);
    }

    /**
     * Appends the tree to the file that it covers, and forces it to disk.
     *
     * @param file raw; filled up to whole blocks with zeros before. Not to be used by others meanwhile, and torn if this fails
     */
    public VerityTree append(Path file, ProgressTask progress) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long dataBlocks = blocks(channel.size(), file);
            VerityTree tree = write(file, dataBlocks, channel, dataBlocks * VerityFormat.BLOCK_BYTES, progress);
            channel.force(true);
            return tree;
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    /** Writes the tree into a file of its own, which appears whole or not at all. */
    public VerityTree writeBeside(Path file, Path hashes, ProgressTask progress) {
        try (AtomicFile target = AtomicFile.create(hashes);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            VerityTree tree = write(file, blocks(channel.size(), file), target.channel(), 0, progress);
            target.commit();
            return tree;
        } catch (IOException e) {
            throw AtomicFile.failed(hashes, e);
        }
    }

    private static long blocks(long bytes, Path file) {
        if (bytes == 0) {
            throw new InvalidContentException("The file " + file + " is empty: there is nothing to hash");
        }
        return (bytes + VerityFormat.BLOCK_BYTES - 1) / VerityFormat.BLOCK_BYTES;
    }

    private VerityTree write(Path file, long dataBlocks, FileChannel target, long offset, ProgressTask progress)
            throws IOException {
        long[] levels = VerityFormat.levels(dataBlocks);
        put(target, offset, VerityFormat.superblock(uuid, salt, dataBlocks));
        long[] starts = new long[levels.length];
        long next = offset + VerityFormat.BLOCK_BYTES;
        for (int level = levels.length - 1; level >= 0; level--) {
            starts[level] = next;
            next += levels[level] * VerityFormat.BLOCK_BYTES;
        }
        byte[] root;
        try (FileDisk data = FileDisk.open(file);
                Workers workers = new Workers(threads, "hashing " + file);
                ProgressTask task = progress.child(
                        "hash tree of " + file.getFileName(),
                        ProgressUnit.BYTES,
                        dataBlocks * VerityFormat.BLOCK_BYTES)) {
            Hashing hashing = new Hashing(data, dataBlocks, workers, task);
            byte[] hashes = levels.length == 0 ? hashing.single() : hashing.data(target, starts[0]);
            for (int level = 1; level < levels.length; level++) {
                byte[] blocks = wholeBlocks(hashes);
                put(target, starts[level], blocks);
                hashes = hashes(blocks);
            }
            root = hashes;
            task.done();
        }
        return new VerityTree(
                Digest.of(Digest.Algorithm.SHA256, root),
                HexFormat.of().formatHex(salt),
                uuid,
                offset,
                next - offset,
                dataBlocks);
    }

    private static void put(FileChannel target, long offset, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            target.write(buffer, offset + buffer.position());
        }
    }

    private static byte[] wholeBlocks(byte[] hashes) {
        int blocks = (hashes.length + VerityFormat.BLOCK_BYTES - 1) / VerityFormat.BLOCK_BYTES;
        return Arrays.copyOf(hashes, blocks * VerityFormat.BLOCK_BYTES);
    }

    /** The hashes of whole blocks, one after the other. */
    private byte[] hashes(byte[] blocks) {
        VerityFormat.Hasher hasher = new VerityFormat.Hasher(salt);
        byte[] hashes = new byte[blocks.length / VerityFormat.HASHES_PER_BLOCK];
        for (int at = 0; at < blocks.length; at += VerityFormat.BLOCK_BYTES) {
            boolean zero = Zeros.only(blocks, at, at + VerityFormat.BLOCK_BYTES);
            byte[] hash = zero ? hasher.ofZeros() : hasher.hash(blocks, at);
            System.arraycopy(hash, 0, hashes, at / VerityFormat.HASHES_PER_BLOCK, hash.length);
        }
        return hashes;
    }

    /** The lowest level: read and hashed in pieces by many threads, written in order by this one. */
    private final class Hashing {
        private final FileDisk data;
        private final long bytes;
        private final long dataBytes;
        private final Workers workers;
        private final ProgressTask task;

        Hashing(FileDisk data, long dataBlocks, Workers workers, ProgressTask task) {
            this.data = data;
            this.bytes = dataBlocks * VerityFormat.BLOCK_BYTES;
            this.dataBytes = Math.min(bytes, data.sizeBytes());
            this.workers = workers;
            this.task = task;
        }

        byte[] single() {
            return hashes(piece(0));
        }

        /** @return the hashes of the blocks of hashes; 2 MiB for a disk of 32 GiB */
        byte[] data(FileChannel target, long start) throws IOException {
            ByteArrayOutputStream above = new ByteArrayOutputStream();
            ArrayDeque<Future<byte[]>> ahead = new ArrayDeque<>();
            long written = start;
            for (long at = 0; at < bytes || !ahead.isEmpty(); at += PIECE_BYTES) {
                CancelledException.throwIfInterrupted("hashing " + data.name());
                if (at < bytes) {
                    long from = at;
                    ahead.add(workers.submit(() -> wholeBlocks(hashes(piece(from)))));
                }
                if (at >= bytes || ahead.size() > PIECES_AHEAD * threads) {
                    byte[] blocks = workers.await(ahead.remove());
                    put(target, written, blocks);
                    written += blocks.length;
                    above.writeBytes(hashes(blocks));
                    task.advance(blocks.length * (long) VerityFormat.HASHES_PER_BLOCK);
                }
            }
            return above.toByteArray();
        }

        /** Whole blocks; what the file lacks at the end of the last is zero. */
        private byte[] piece(long from) {
            byte[] blocks = new byte[(int) Math.min(PIECE_BYTES, bytes - from)];
            data.read(from, ByteBuffer.wrap(blocks, 0, (int) Math.min(blocks.length, dataBytes - from)));
            return blocks;
        }
    }
}
