package io.sandboximage.progress;

import io.sandboximage.internal.text.Units;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What both text renderers say about a task. */
final class TaskText {
    private TaskText() {}

    /** {@code 3.0 MiB of 12.0 MiB, 25 %}. */
    static String count(TaskBoard.Task task) {
        String done = amount(task.done(), task.unit());
        if (task.total().isEmpty()) {
            return done;
        }
        long total = task.total().getAsLong();
        return done + " of " + amount(total, task.unit()) + (total > 0 ? ", " + percent(task) + " %" : "");
    }

    static int percent(TaskBoard.Task task) {
        return percent(task.done(), task.total().orElse(0));
    }

    static int percent(long done, long total) {
        return total <= 0 ? 0 : (int) Math.max(0, Math.min(100, 100.0 * done / total));
    }

    /** {@code 4.0 MiB/s}; empty while unknown. */
    static String speed(TaskBoard.Task task, Instant now) {
        OptionalLong speed = task.speed().bytesPerSecond(now);
        return speed.isEmpty() ? "" : Units.bytes(speed.getAsLong()) + "/s";
    }

    /** {@code 12.0 s left}; empty while unknown. */
    static String left(TaskBoard.Task task, Instant now) {
        OptionalLong speed = task.speed().bytesPerSecond(now);
        long left = task.totalBytes() - task.bytes();
        return speed.isEmpty() || left <= 0
                ? ""
                : Units.time(Duration.ofMillis((long) (left * 1000.0 / speed.getAsLong()))) + " left";
    }

    /** Detail, amount and time of a task that has ended. */
    static String result(TaskBoard.Task task, ProgressEvent.Finished finished, String detail) {
        List<String> parts = new ArrayList<>();
        if (!detail.isEmpty()) {
            parts.add(Units.printable(detail));
        }
        if (task.unit() != ProgressUnit.STEPS && finished.done() > 0) {
            parts.add(amount(finished.done(), task.unit()));
        }
        parts.add(Units.time(Duration.between(task.startedAt(), finished.at())));
        return String.join(", ", parts);
    }

    static String amount(long amount, ProgressUnit unit) {
        return switch (unit) {
            case BYTES -> Units.bytes(amount);
            case ENTRIES -> amount + (amount == 1 ? " entry" : " entries");
            case STEPS -> Long.toString(amount);
        };
    }
}
