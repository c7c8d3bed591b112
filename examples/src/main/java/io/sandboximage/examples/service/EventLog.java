package io.sandboximage.examples.service;

import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The numbered events of one job, for any number of readers that come, go and come back. Of each task only the newest count is kept,
 * and of everything the newest {@code limit} events: what is held does not grow with time. Thread-safe.
 */
final class EventLog implements ProgressListener {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<Long, ProgressEvent> events = new TreeMap<>();
    private final Map<Long, Long> counts = new HashMap<>();
    private final int limit;
    private long last;
    private boolean closed;

    EventLog(int limit) {
        this.limit = limit;
    }

    /** An event and its number; numbers begin with 1. */
    record Numbered(long number, ProgressEvent event) {}

    /**
     * What there is after a number.
     *
     * @param ended whether nothing will come after these
     */
    record Batch(List<Numbered> events, boolean ended) {}

    @Override
    public void onEvent(ProgressEvent event) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            events.put(++last, event);
            if (event instanceof ProgressEvent.Advanced) {
                Long older = counts.put(event.task(), last);
                if (older != null) {
                    events.remove(older);
                }
            } else if (event instanceof ProgressEvent.Finished) {
                counts.remove(event.task());
            }
            if (events.size() > limit) {
                events.pollFirstEntry();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            counts.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The events after a number; waits for the first of them as long as told, and then gives none. */
    Batch after(long number, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (!closed && last <= number && left > 0) {
                left = changed.awaitNanos(left);
            }
            List<Numbered> batch = new ArrayList<>();
            events.tailMap(number, false).forEach((key, event) -> batch.add(new Numbered(key, event)));
            return new Batch(batch, closed);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it is closed. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the last event so far. */
    long last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }
}
