package io.sandboximage.internal.io;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/**
 * The pieces of a disk that were uncompressed last, by number, up to a number of bytes. Thread-safe; two threads that want one piece at
 * the same time may both make it.
 */
public final class RecentPieces {
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Integer, byte[]> pieces = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** @param maxBytes of all pieces together; the last one stays however large it is */
    public RecentPieces(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @param make gives the piece of a number; called without any lock held */
    public byte[] get(int number, IntFunction<byte[]> make) {
        lock.lock();
        try {
            byte[] known = pieces.get(number);
            if (known != null) {
                return known;
            }
        } finally {
            lock.unlock();
        }
        byte[] made = make.apply(number);
        lock.lock();
        try {
            if (pieces.putIfAbsent(number, made) == null) {
                bytes += made.length;
                shrink();
            }
        } finally {
            lock.unlock();
        }
        return made;
    }

    private void shrink() {
        var oldest = pieces.entrySet().iterator();
        while (bytes > maxBytes && pieces.size() > 1) {
            Map.Entry<Integer, byte[]> gone = oldest.next();
            bytes -= gone.getValue().length;
            oldest.remove();
        }
    }
}
