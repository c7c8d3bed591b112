package io.sandboximage.progress;

import io.sandboximage.internal.text.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
        long total = task.total().orElse(0);
        return total <= 0 ? 0 : (int) Math.max(0, Math.min(100, 100.0 * task.done() / total));
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
