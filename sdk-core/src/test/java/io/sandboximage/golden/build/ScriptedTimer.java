package io.sandboximage.golden.build;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Clock and timer that stand still until the test moves them. */
final class ScriptedTimer extends Clock implements GoldenTimer {
    private record Task(Instant at, Runnable work) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Task> tasks = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Runnable after(Duration delay, Runnable work) {
        lock.lock();
        try {
            Task task = new Task(now.plus(delay), work);
            tasks.add(task);
            return () -> remove(task);
        } finally {
            lock.unlock();
        }
    }

    private void remove(Task task) {
        lock.lock();
        try {
            tasks.remove(task);
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass, and what is due happen in its order. */
    void pass(Duration duration) {
        Instant end = instant().plus(duration);
        while (true) {
            Optional<Task> due = next(end);
            if (due.isEmpty()) {
                return;
            }
            due.get().work().run();
        }
    }

    private Optional<Task> next(Instant end) {
        lock.lock();
        try {
            Optional<Task> due =
                    tasks.stream().filter(task -> !task.at().isAfter(end)).min(Comparator.comparing(Task::at));
            due.ifPresent(tasks::remove);
            now = due.map(Task::at).orElse(end);
            return due;
        } finally {
            lock.unlock();
        }
    }

    Optional<Instant> nextDue() {
        lock.lock();
        try {
            return tasks.stream().map(Task::at).min(Comparator.naturalOrder());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Instant instant() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            tasks.clear();
        } finally {
            lock.unlock();
        }
    }
}
