package io.sandboximage.progress;

import io.sandboximage.internal.text.Units;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Keeps one line for each active task at the bottom of the terminal and redraws them in place; finished tasks scroll up. A step of a
 * pipeline shows what its parts come to together, and leaves one line behind, without theirs. Each frame is one write: go back over
 * the last frame, clear, new finished lines, new frame.
 */
final class TerminalPainter implements RendererThread.Painter {
    private static final String CLEAR_TO_END = "\u001b[J";
    /** Deeper tasks leave no line behind unless they fail. */
    private static final int KEPT_DEPTH = 2;

    private static final int MAX_BAR_CELLS = 24;
    /** The bar takes one column in this many. */
    private static final int BAR_SHARE = 6;

    private static final int MIN_COLUMNS = 40;

    private final OutputStream out;
    private final TerminalStyle style;
    private final TaskBoard board = new TaskBoard();
    private int drawn;

    TerminalPainter(OutputStream out, TerminalStyle style) {
        this.out = out;
        this.style = style;
    }

    @Override
    public boolean animated() {
        return true;
    }

    @Override
    public void paint(List<ProgressEvent> events, Instant now) {
        List<String> kept = new ArrayList<>();
        for (ProgressEvent event : events) {
            apply(event, kept);
        }
        StringBuilder frame = new StringBuilder();
        if (drawn > 0) {
            frame.append("\u001b[").append(drawn).append('A').append('\r').append(CLEAR_TO_END);
        }
        kept.forEach(line -> frame.append(line).append('\n'));
        List<String> active = activeLines(now);
        active.forEach(line -> frame.append(line).append('\n'));
        drawn = active.size();
        try {
            out.write(frame.toString().getBytes(style.charset()));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void apply(ProgressEvent event, List<String> kept) {
        if (event instanceof ProgressEvent.Started started) {
            board.start(started);
        } else if (event instanceof ProgressEvent.Advanced advanced) {
            board.advance(advanced);
        } else if (event instanceof ProgressEvent.Fact fact) {
            board.fact(fact);
        } else if (event instanceof ProgressEvent.Message message) {
            TaskBoard.Task task = board.get(message.task());
            String about = task == null || task.depth() == 0 ? "" : task.label() + ": ";
            kept.add(style.message(message.level()) + " " + fit(about + Units.printable(message.text()), width() - 2));
        } else if (event instanceof ProgressEvent.Finished finished) {
            TaskBoard.Task task = board.finish(finished);
            boolean failed = finished.outcome() == ProgressEvent.Outcome.FAILED;
            if (task != null && (failed || (task.depth() <= KEPT_DEPTH && !task.belowStep()))) {
                kept.add(keptLine(task, finished));
            }
        }
    }

    private String keptLine(TaskBoard.Task task, ProgressEvent.Finished finished) {
        String result = board.result(task, finished);
        String indent = indent(task);
        String label = fit(task.label(), Math.max(width() / 3, width() - 4 - indent.length() - result.length()));
        String rest = fit(result, width() - 4 - indent.length() - label.length());
        return indent + style.mark(finished.outcome()) + " " + label + "  " + style.dim(rest);
    }

    private List<String> activeLines(Instant now) {
        List<TaskBoard.Task> active = board.active();
        // The root says nothing that its children do not say better.
        List<TaskBoard.Task> shown = active.size() > 1 ? active.subList(1, active.size()) : active;
        List<String> lines = new ArrayList<>();
        int room = Math.max(1, style.rows() - 2);
        for (TaskBoard.Task task : shown.size() > room ? shown.subList(0, room) : shown) {
            lines.add(activeLine(task, now));
        }
        if (shown.size() > room) {
            lines.add(fit("  and " + (shown.size() - room) + " more", width()));
        }
        return lines;
    }

    private String activeLine(TaskBoard.Task task, Instant now) {
        String speed = TaskText.speed(task, now);
        String left = TaskText.left(task, now);
        String age = Units.time(task.age(now));
        // The first that fits.
        String tail = Stream.of(List.of(speed, left, age), List.of(speed, left), List.of(speed, age), List.of(age))
                .map(parts -> tail(task, parts))
                .filter(text -> text.length() <= tailRoom())
                .findFirst()
                .orElseGet(() -> fit(tail(task, List.of(age)), tailRoom()));
        String indent = indent(task);
        int room = Math.max(0, width() - 4 - indent.length() - tail.length());
        String label = fit(task.label(), room);
        return indent + style.spinner(now) + " " + label + " ".repeat(Math.max(0, room - label.length())) + "  " + tail;
    }

    private String tail(TaskBoard.Task task, List<String> parts) {
        StringBuilder tail = new StringBuilder();
        bar(task).ifPresent(percent -> tail.append(style.bar(percent, Math.min(MAX_BAR_CELLS, width() / BAR_SHARE)))
                .append(String.format(Locale.ROOT, " %3d %%  ", percent)));
        if (task.bytes() > 0 || task.totalBytes() > 0) {
            tail.append(Units.bytes(task.bytes())).append("  ");
        } else if (task.unit() != ProgressUnit.STEPS || task.done() > 0) {
            tail.append(TaskText.amount(task.done(), task.unit())).append("  ");
        } else if (!task.parts().steps().isEmpty()) {
            tail.append(task.parts().steps()).append("  ");
        }
        return tail.append(String.join(
                        "  ", parts.stream().filter(part -> !part.isEmpty()).toList()))
                .toString();
    }

    /** The label gets the rest. */
    private int tailRoom() {
        return width() * 7 / 10;
    }

    /** How far it is; nothing where that cannot be told. */
    private static OptionalInt bar(TaskBoard.Task task) {
        if (task.totalBytes() > 0) {
            return OptionalInt.of(TaskText.percent(task.bytes(), task.totalBytes()));
        }
        return task.total().orElse(0) > 0 ? OptionalInt.of(TaskText.percent(task)) : OptionalInt.empty();
    }

    private static String indent(TaskBoard.Task task) {
        return "  ".repeat(Math.min(4, Math.max(0, task.depth() - 1)));
    }

    /** The last column stays free: many terminals wrap when it is written. */
    private int width() {
        return Math.max(MIN_COLUMNS, style.columns()) - 1;
    }

    private String fit(String text, int columns) {
        if (text.length() <= columns) {
            return text;
        }
        String ellipsis = style.ellipsis();
        return text.substring(0, Math.max(0, columns - ellipsis.length())) + ellipsis;
    }
}
