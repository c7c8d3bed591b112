package io.sandboximage.progress;

import io.sandboximage.error.CancelledException;
import java.util.HashMap;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the events of one run, for any number of readers at their own pace. Of each task only the newest count is kept, so
 * that memory grows with the number of tasks and messages and not with time. Thread-safe.
 */
public final class ProgressLog implements ProgressListener, AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<Long, ProgressEvent> events = new TreeMap<>();
    private final Map<Long, Long> newestCounts = new HashMap<>();
    private long next;
    private boolean closed;

    @Override
    public void onEvent(ProgressEvent event) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            long number = next++;
            events.put(number, event);
            if (event instanceof ProgressEvent.Advanced) {
                Long older = newestCounts.put(event.task(), number);
                if (older != null) {
                    events.remove(older);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No event will come any more: readers end after the last one. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The events from the first on. Waits for the next one until {@link #close()}; the read that is interrupted throws
     * {@link CancelledException}.
     */
    public Stream<ProgressEvent> stream() {
        return StreamSupport.stream(new Reader(), false);
    }

    private final class Reader extends Spliterators.AbstractSpliterator<ProgressEvent> {
        private long position = -1;

        Reader() {
            super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        }

        @Override
        public boolean tryAdvance(Consumer<? super ProgressEvent> action) {
            ProgressEvent event = take();
            if (event != null) {
                action.accept(event);
            }
            return event != null;
        }

        private @Nullable ProgressEvent take() {
            lock.lock();
            try {
                while (true) {
                    Map.Entry<Long, ProgressEvent> entry = events.higherEntry(position);
                    if (entry != null) {
                        position = entry.getKey();
                        return entry.getValue();
                    }
                    if (closed) {
                        return null;
                    }
                    changed.await();
                }
            } catch (InterruptedException e) {
                throw CancelledException.interrupted("waiting for progress", e);
            } finally {
                lock.unlock();
            }
        }
    }
}
