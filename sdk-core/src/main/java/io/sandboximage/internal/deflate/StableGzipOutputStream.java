package io.sandboximage.internal.deflate;

import io.sandboximage.error.CancelledException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/**
 * A gzip stream of one member (RFC 1952) whose bytes depend on nothing but the input and the level. The input is cut into chunks
 * that are compressed in parallel, each with the 32 KiB before it as dictionary. A change of what it writes changes the digest
 * of every gzip layer, so a test holds it to fixed digests.
 */
public final class StableGzipOutputStream extends OutputStream {
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int MAX_THREADS = 8;
    /** Magic, deflate, no flags, no time, no extra flags, unknown system. */
    private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

    private final OutputStream out;
    private final int level;
    private final int threads;
    private final ExecutorService workers;
    private final ArrayDeque<Future<byte[]>> pending = new ArrayDeque<>();
    private final CRC32 checksum = new CRC32();
    private long size;
    /** The dictionary, then the bytes of the present chunk. */
    private byte[] chunk = new byte[MatchFinder.WINDOW + CHUNK_BYTES];

    private int start;
    private int end;
    private boolean finished;

    /**
     * @param out takes the compressed bytes, from the writing thread only; {@link #close()} closes it
     * @param level 1 (fast) to 9 (small)
     */
    public StableGzipOutputStream(OutputStream out, int level) throws IOException {
        this(out, level, Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    StableGzipOutputStream(OutputStream out, int level, int threads) throws IOException {
        this.out = out;
        this.level = level;
        this.threads = threads;
        this.workers = Executors.newFixedThreadPool(threads, job -> {
            Thread thread = new Thread(job, "sandbox-image-gzip");
            thread.setDaemon(true);
            return thread;
        });
        out.write(HEADER);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        checksum.update(bytes, offset, length);
        size += length;
        int done = 0;
        while (done < length) {
            if (end - start == CHUNK_BYTES) {
                submit(false);
            }
            int part = Math.min(length - done, CHUNK_BYTES - (end - start));
            System.arraycopy(bytes, offset + done, chunk, end, part);
            end += part;
            done += part;
        }
    }

    /** Writes the rest and the trailer; the stream below stays open. */
    public void finish() throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        submit(true);
        while (!pending.isEmpty()) {
            writeOldest();
        }
        writeInt((int) checksum.getValue());
        writeInt((int) size);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (OutputStream closing = out) {
            finish();
            closing.flush();
        } finally {
            abandon();
        }
    }

    /** Ends the worker threads without finishing the stream. */
    public void abandon() {
        finished = true;
        workers.shutdownNow();
    }

    private void submit(boolean last) throws IOException {
        byte[] full = chunk;
        int from = start;
        int to = end;
        pending.add(workers.submit(() -> Deflate.compress(full, from, to, level, last)));
        int dictionary = Math.min(MatchFinder.WINDOW, to);
        chunk = new byte[MatchFinder.WINDOW + CHUNK_BYTES];
        System.arraycopy(full, to - dictionary, chunk, 0, dictionary);
        start = dictionary;
        end = dictionary;
        while (pending.size() > 2 * threads) {
            writeOldest();
        }
    }

    private void writeOldest() throws IOException {
        try {
            out.write(pending.remove().get());
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("compressing", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Compression failed: " + e.getCause(), e);
        }
    }

    private void writeInt(int value) throws IOException {
        byte[] littleEndian = new byte[4];
        for (int i = 0; i < 4; i++) {
            littleEndian[i] = (byte) (value >>> (8 * i));
        }
        out.write(littleEndian);
    }
}
