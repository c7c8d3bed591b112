package io.sandboximage.disk;

import io.sandboximage.error.CancelledException;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.Zeros;
import io.sandboximage.internal.io.ZstdBytes;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.Future;

/**
 * Compresses images of disks so that ranges can be read without uncompressing the rest: zstd frames of {@value #FRAME_BYTES} bytes each,
 * and an index of them in a skippable frame at the end (zstd seekable format). Every zstd tool uncompresses such a file; {@link
 * Disk#open} reads ranges of it. The same content gives the same bytes with the same version of zstd, however many threads work.
 */
public final class SeekableZstd {
    /** How much content a frame holds, the last apart. */
    public static final int FRAME_BYTES = 1 << 20;

    private static final int FRAMES_AHEAD = 2;

    private SeekableZstd() {}

    /** @param length of the content */
    private record Frame(Future<byte[]> compressed, int length) {}

    /**
     * Compresses a file. The target appears under its name whole or not at all, in place of what has it.
     *
     * @param threads that compress
     * @throws io.sandboximage.error.StorageException if one file cannot be read or the other not be written
     * @throws CancelledException if the thread is interrupted
     */
    public static void compress(Path source, Path target, int threads, ProgressTask progress) {
        try (Disk disk = Disk.open(source);
                ProgressTask task =
                        progress.child("compress " + source.getFileName(), ProgressUnit.BYTES, disk.sizeBytes());
                AtomicFile file = AtomicFile.create(target);
                Workers workers = new Workers(threads, "compressing " + source)) {
            Writer writer = new Writer(file.stream(), workers, task);
            ArrayDeque<Frame> ahead = new ArrayDeque<>();
            long size = disk.sizeBytes();
            for (long at = 0; at < size; at += FRAME_BYTES) {
                CancelledException.throwIfInterrupted("compressing " + source);
                byte[] content = disk.read(at, (int) Math.min(FRAME_BYTES, size - at));
                ahead.add(new Frame(workers.submit(() -> compress(content)), content.length));
                if (ahead.size() > FRAMES_AHEAD * threads) {
                    writer.write(ahead.remove());
                }
            }
            while (!ahead.isEmpty()) {
                writer.write(ahead.remove());
            }
            writer.finish();
            file.commit();
            task.done();
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }

    private static byte[] compress(byte[] content) {
        boolean hole = content.length == FRAME_BYTES && Zeros.only(content, 0, content.length);
        return hole ? Hole.FRAME : ZstdBytes.compress(content, content.length, true);
    }

    /** Most frames of a sparse image: made once. */
    private static final class Hole {
        static final byte[] FRAME = ZstdBytes.compress(new byte[FRAME_BYTES], FRAME_BYTES, true);
    }

    /** Writes frames one after the other, and then the index. */
    private static final class Writer {
        private final OutputStream out;
        private final Workers workers;
        private final ProgressTask task;
        private int[] compressed = new int[1024];
        private int[] lengths = new int[1024];
        private int frames;

        Writer(OutputStream out, Workers workers, ProgressTask task) {
            this.out = out;
            this.workers = workers;
            this.task = task;
        }

        void write(Frame frame) throws IOException {
            byte[] bytes = workers.await(frame.compressed);
            out.write(bytes);
            if (frames == lengths.length) {
                compressed = Arrays.copyOf(compressed, 2 * frames);
                lengths = Arrays.copyOf(lengths, 2 * frames);
            }
            compressed[frames] = bytes.length;
            lengths[frames] = frame.length;
            frames++;
            task.advance(frame.length);
        }

        void finish() throws IOException {
            out.write(SeekTable.encode(compressed, lengths, frames));
        }
    }
}
