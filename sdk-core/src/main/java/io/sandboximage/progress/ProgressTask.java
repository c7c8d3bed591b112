package io.sandboximage.progress;

import io.sandboximage.error.CancelledException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The emitting side of progress: a task with children. Thread-safe. Use it with try-with-resources and call {@link #done()} or
 * {@link #cached} at the end; a task that is closed without either counts as failed, or as cancelled where its thread was
 * interrupted.
 */
public final class ProgressTask implements AutoCloseable {
    private static final long MIN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ProgressListener listener;
    private final AtomicLong ids;
    private final long id;
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong lastEvent = new AtomicLong(System.nanoTime());
    private final AtomicBoolean finished = new AtomicBoolean();
    private volatile long total;
    private volatile @Nullable Instant endedAt;

    private ProgressTask(
            ProgressListener listener,
            AtomicLong ids,
            @Nullable ProgressTask parent,
            String label,
            ProgressUnit unit,
            long total,
            Instant startedAt) {
        this.listener = listener;
        this.ids = ids;
        this.id = ids.getAndIncrement();
        this.total = total;
        emit(new ProgressEvent.Started(
                id, startedAt, Optional.ofNullable(parent).map(p -> p.id), label, unit, known(total)));
    }

    /** A new tree of tasks. */
    public static ProgressTask root(ProgressListener listener, String label) {
        return new ProgressTask(listener, new AtomicLong(), null, label, ProgressUnit.STEPS, -1, Instant.now());
    }

    /** A task that nobody listens to. */
    public static ProgressTask silent() {
        return root(ProgressListener.NONE, "");
    }

    /** @param total how much there is to do, in units; negative if not known */
    public ProgressTask child(String label, ProgressUnit unit, long total) {
        return new ProgressTask(listener, ids, this, label, unit, total, Instant.now());
    }

    /** A child that counts nothing. */
    public ProgressTask child(String label) {
        return child(label, ProgressUnit.STEPS, -1);
    }

    /** A child that counts nothing and began a while ago, as a far side tells now. */
    public ProgressTask child(String label, Instant startedAt) {
        return new ProgressTask(listener, ids, this, label, ProgressUnit.STEPS, -1, startedAt);
    }

    /** Reports {@code amount} more units as done; cheap enough for every buffer. */
    public void advance(long amount) {
        long now = count.addAndGet(amount);
        long last = lastEvent.get();
        long time = System.nanoTime();
        if (time - last >= MIN_INTERVAL_NANOS && lastEvent.compareAndSet(last, time)) {
            emit(new ProgressEvent.Advanced(id, Instant.now(), now, known(total)));
        }
    }

    /** Sets how much there is to do, once it is known. */
    public void total(long newTotal) {
        total = newTotal;
    }

    public void info(String text) {
        emit(new ProgressEvent.Message(id, Instant.now(), ProgressEvent.Level.INFO, text));
    }

    public void warn(String text) {
        emit(new ProgressEvent.Message(id, Instant.now(), ProgressEvent.Level.WARNING, text));
    }

    /**
     * Tells something that programs can read.
     *
     * @param name one of those in {@link ProgressFacts}
     */
    public void fact(String name, Map<String, String> values) {
        emit(new ProgressEvent.Fact(id, Instant.now(), name, values));
    }

    /** What to hand to those who do the work elsewhere, so that their traces join the one of this task. */
    public Optional<String> traceParent() {
        try {
            return listener.traceParent(id);
        } catch (RuntimeException e) {
            return Optional.empty(); // The contract of ProgressListener.
        }
    }

    /** The work ended at that time already, as a far side tells; call it before the end is told. */
    public void endedAt(Instant time) {
        endedAt = time;
    }

    public void done() {
        done("");
    }

    public void done(String detail) {
        finish(ProgressEvent.Outcome.DONE, detail);
    }

    /** Ends the task: its result was there already. */
    public void cached(String detail) {
        finish(ProgressEvent.Outcome.CACHED, detail);
    }

    /** Ends the task with the failure's message. */
    public void failed(Throwable failure) {
        finish(
                failure instanceof CancelledException ? ProgressEvent.Outcome.CANCELLED : ProgressEvent.Outcome.FAILED,
                String.valueOf(failure.getMessage()));
    }

    @Override
    public void close() {
        finish(
                Thread.currentThread().isInterrupted() ? ProgressEvent.Outcome.CANCELLED : ProgressEvent.Outcome.FAILED,
                "");
    }

    private void finish(ProgressEvent.Outcome outcome, String detail) {
        if (finished.compareAndSet(false, true)) {
            Instant told = endedAt;
            emit(new ProgressEvent.Finished(id, told == null ? Instant.now() : told, outcome, detail, count.get()));
        }
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private void emit(ProgressEvent event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException ignored) {
            // The contract of ProgressListener: what it throws never reaches the work.
        }
    }

    private static OptionalLong known(long total) {
        return total < 0 ? OptionalLong.empty() : OptionalLong.of(total);
    }
}
