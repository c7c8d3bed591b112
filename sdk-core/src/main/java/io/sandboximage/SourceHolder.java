package io.sandboximage;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Sees to it that a source is closed once, also one that arrives after the run was given up. */
final class SourceHolder {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ImageSource held;
    private boolean closed;

    void adopt(ImageSource source) {
        lock.lock();
        try {
            if (!closed) {
                held = source;
                return;
            }
        } finally {
            lock.unlock();
        }
        source.close();
    }

    void close() {
        ImageSource source;
        lock.lock();
        try {
            closed = true;
            source = held;
            held = null;
        } finally {
            lock.unlock();
        }
        if (source != null) {
            source.close();
        }
    }
}
