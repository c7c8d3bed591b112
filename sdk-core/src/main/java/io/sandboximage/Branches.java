package io.sandboximage;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of work side by side, each in a thread of its own, while the caller's waits for them, for the deadline and for a
 * cancellation. One that fails leaves the others alone; only the deadline and a cancellation interrupt them all.
 */
final class Branches {
    /** How long branches may take to stop after they were interrupted; those that do not stop are left behind. */
    static final Duration GRACE = Duration.ofSeconds(20);

    static final String WORK = "running the pipeline";

    private final RunSignals signals;
    private final Optional<Duration> deadline;
    private final long start = System.nanoTime();

    /** @param deadline from now on, for all stages together */
    Branches(RunSignals signals, Optional<Duration> deadline) {
        this.signals = signals;
        this.deadline = deadline;
    }

    /**
     * Runs the pieces and waits for all of them.
     *
     * @return what they gave, in their order
     * @throws RuntimeException the first failure, with the later ones suppressed in it
     */
    <T> List<T> run(List<Callable<T>> work) {
        AtomicReferenceArray<T> results = new AtomicReferenceArray<>(work.size());
        List<Thread> threads = new ArrayList<>(work.size());
        for (int i = 0; i < work.size(); i++) {
            int number = i;
            Callable<T> branch = work.get(i);
            Thread thread = new Thread(
                    () -> {
                        Throwable failure = null;
                        try {
                            results.set(number, branch.call());
                        } catch (Throwable e) {
                            failure = e;
                        }
                        signals.ended(number, failure);
                    },
                    "sandbox-image branch " + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        RunFailure failure = new RunFailure();
        awaitAll(threads, failure);
        failure.throwIfAny();
        List<T> list = new ArrayList<>(work.size());
        for (int i = 0; i < work.size(); i++) {
            list.add(results.get(i));
        }
        return list;
    }

    private void awaitAll(List<Thread> threads, RunFailure failure) {
        int running = threads.size();
        boolean stopping = false;
        long giveUpAt = 0;
        while (running > 0) {
            long wait = stopping ? giveUpAt - System.nanoTime() : untilDeadline();
            RunSignals.Signal signal = wait <= 0 ? null : next(wait);
            if (signal instanceof RunSignals.Ended ended) {
                running--;
                if (ended.failure() != null) {
                    failure.add(ended.failure());
                }
                continue;
            }
            if (signal == null && stopping) {
                failure.add(new IllegalStateException(running + " branches of the pipeline did not stop within "
                        + GRACE.toSeconds() + " s of being interrupted; their threads were left behind"));
                return;
            }
            failure.stop(signal == null ? deadlineExceeded() : new CancelledException("Cancelled while " + WORK));
            if (!stopping) {
                stopping = true;
                giveUpAt = System.nanoTime() + GRACE.toNanos();
                threads.forEach(Thread::interrupt);
            }
        }
    }

    private RunSignals.@Nullable Signal next(long nanos) {
        try {
            return signals.next(nanos);
        } catch (InterruptedException e) {
            return new RunSignals.Cancel(); // Nobody but a stranger interrupts this thread; he means it.
        }
    }

    private long untilDeadline() {
        // A Duration may hold more nanoseconds than a long does.
        return deadline.map(d -> TimeUnit.NANOSECONDS.convert(d) - (System.nanoTime() - start))
                .orElse(Long.MAX_VALUE);
    }

    private DeadlineExceededException deadlineExceeded() {
        Duration limit = deadline.orElseThrow();
        return new DeadlineExceededException(
                "The pipeline was not done within its deadline of " + limit.toMillis()
                        + " ms and was stopped: give it more time with deadline(…), or run it again,"
                        + " which skips what was transferred already",
                limit);
    }
}
