package io.sandboximage.progress;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Carries events from the working threads to a {@link Painter} on a thread of its own, newest counts first come. */
final class RendererThread implements ProgressRenderer {
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long FRAME_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Beyond this many events that wait for a stuck stream, messages are dropped. */
    private static final int MAX_WAITING = 10_000;

    /** Turns events into output; called by one thread. */
    interface Painter {
        /** @param events in order; empty when only time has passed */
        void paint(List<ProgressEvent> events, Instant now);

        /** Whether it wants to be called when nothing happens, to show that time passes. */
        default boolean animated() {
            return false;
        }
    }

    private final Painter painter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, ProgressEvent> waiting = new LinkedHashMap<>();
    private final Map<Long, Long> newestCounts = new HashMap<>();
    private @Nullable Thread thread;
    private long next;
    private boolean painting;
    private boolean rootActive;
    private boolean closed;

    RendererThread(Painter painter) {
        this.painter = painter;
    }

    @Override
    public void onEvent(ProgressEvent event) {
        boolean root = event.task() == 0;
        lock.lock();
        try {
            if (closed || (event instanceof ProgressEvent.Message && waiting.size() >= MAX_WAITING)) {
                return;
            }
            add(event);
            if (root && event instanceof ProgressEvent.Started) {
                rootActive = true;
            }
            if (thread == null) {
                thread = new Thread(this::loop, "sandbox-image progress");
                thread.setDaemon(true);
                thread.start();
            }
            if (root && event instanceof ProgressEvent.Finished) {
                rootActive = false;
                changed.signalAll();
                awaitDrained();
            } else if (waiting.size() == 1) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            awaitDrained();
        } finally {
            lock.unlock();
        }
    }

    private void add(ProgressEvent event) {
        long number = next++;
        waiting.put(number, event);
        if (event instanceof ProgressEvent.Advanced) {
            Long older = newestCounts.put(event.task(), number);
            if (older != null) {
                waiting.remove(older);
            }
        }
    }

    /** Bounded, and deaf to interruption: it is called where a run ends, also one that ends by interruption. */
    private void awaitDrained() {
        long until = System.nanoTime() + DRAIN_NANOS;
        boolean interrupted = Thread.interrupted();
        while (thread != null && (painting || !waiting.isEmpty()) && until - System.nanoTime() > 0) {
            try {
                changed.awaitNanos(until - System.nanoTime());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        List<ProgressEvent> batch;
        while ((batch = take()) != null) {
            try {
                painter.paint(batch, Instant.now());
            } catch (RuntimeException e) {
                // A closed stream, a broken pipe: there is nobody left to tell.
            } finally {
                lock.lock();
                try {
                    painting = false;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /** The next events; none when it is time for a frame; null when the thread shall end, which a later run starts anew. */
    private @Nullable List<ProgressEvent> take() {
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (closed || !rootActive) {
                    thread = null;
                    changed.signalAll();
                    return null;
                }
                if (!painter.animated()) {
                    changed.await();
                } else if (changed.awaitNanos(FRAME_NANOS) <= 0) {
                    break;
                }
            }
            List<ProgressEvent> batch = new ArrayList<>(waiting.values());
            waiting.clear();
            newestCounts.clear();
            painting = true;
            return batch;
        } catch (InterruptedException e) {
            thread = null;
            return null;
        } finally {
            lock.unlock();
        }
    }
}
