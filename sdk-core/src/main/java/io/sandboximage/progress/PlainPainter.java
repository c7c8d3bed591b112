package io.sandboximage.progress;

import io.sandboximage.internal.text.Units;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One line for each thing worth telling: for log files and terminals that cannot move the cursor. ASCII, no colours. */
final class PlainPainter implements RendererThread.Painter {
    /** A task that takes long says how far it is once in this time. */
    private static final Duration REPORT_EVERY = Duration.ofSeconds(10);

    /** Deeper tasks are told of only when they count something or fail. */
    private static final int TOLD_DEPTH = 1;

    private final PrintStream out;
    private final TaskBoard board = new TaskBoard();
    private final Map<Long, Instant> lastReports = new HashMap<>();
    private Instant start = Instant.EPOCH;

    PlainPainter(PrintStream out) {
        this.out = out;
    }

    @Override
    public void paint(List<ProgressEvent> events, Instant now) {
        for (ProgressEvent event : events) {
            lines(event).forEach(out::println);
        }
        out.flush();
    }

    private List<String> lines(ProgressEvent event) {
        List<String> lines = new ArrayList<>(1);
        if (event instanceof ProgressEvent.Started started) {
            if (started.task() == 0) {
                start = started.at();
                lastReports.clear();
            }
            TaskBoard.Task task = board.start(started);
            lastReports.put(started.task(), started.at());
            if (task.depth() == TOLD_DEPTH) {
                lines.add(line(event, "..", task, ""));
            }
        } else if (event instanceof ProgressEvent.Advanced advanced) {
            TaskBoard.Task task = board.advance(advanced);
            Instant last = lastReports.getOrDefault(advanced.task(), advanced.at());
            if (task != null && Duration.between(last, advanced.at()).compareTo(REPORT_EVERY) >= 0) {
                lastReports.put(advanced.task(), advanced.at());
                lines.add(line(event, "..", task, TaskText.count(task)));
            }
        } else if (event instanceof ProgressEvent.Message message) {
            TaskBoard.Task task = board.get(message.task());
            String mark = message.level() == ProgressEvent.Level.WARNING ? "warn" : "info";
            lines.add(prefix(event, mark)
                    + (task == null || task.depth() == 0 ? "" : task.label() + ": ")
                    + Units.printable(message.text()));
        } else if (event instanceof ProgressEvent.Finished finished) {
            TaskBoard.Task task = board.finish(finished);
            lastReports.remove(finished.task());
            if (task != null && worthTelling(task, finished.outcome())) {
                lines.add(line(event, mark(finished.outcome()), task, board.result(task, finished)));
            }
        }
        return lines;
    }

    private static boolean worthTelling(TaskBoard.Task task, ProgressEvent.Outcome outcome) {
        boolean good = outcome == ProgressEvent.Outcome.DONE || outcome == ProgressEvent.Outcome.CACHED;
        return !good || task.depth() <= TOLD_DEPTH || task.done() > 0;
    }

    private String line(ProgressEvent event, String mark, TaskBoard.Task task, String detail) {
        return prefix(event, mark) + task.label() + (detail.isEmpty() ? "" : ": " + detail);
    }

    private String prefix(ProgressEvent event, String mark) {
        return String.format(Locale.ROOT, "%9s  %-4s  ", Units.time(Duration.between(start, event.at())), mark);
    }

    private static String mark(ProgressEvent.Outcome outcome) {
        return switch (outcome) {
            case DONE -> "ok";
            case CACHED -> "same";
            case FAILED -> "FAIL";
            case CANCELLED -> "stop";
        };
    }
}
