package io.sandboximage.examples.cli;

import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressUnit;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code docker buildx build --progress=plain}: steps get a number when they are first told of, every line begins with
 * it, and where the next line belongs to another step, {@code #n ...} and a header say so. For one thread.
 */
final class StepPrinter implements Consumer<ProgressEvent> {
    private static final double REPORTED_SHARE = 0.05;
    private static final Duration REPORTED_AFTER = Duration.ofSeconds(5);
    private static final int KILO = 1000;

    private final PrintStream out;
    private final Map<Long, Step> steps = new HashMap<>();
    private final Map<Long, Part> parts = new HashMap<>();
    private int numbers;
    private @Nullable Step current;

    StepPrinter(PrintStream out) {
        this.out = out;
    }

    private static final class Step {
        final String name;
        final Instant started;
        int number;

        Step(String name, Instant started) {
            this.name = name;
            this.started = started;
        }
    }

    private static final class Part {
        final Step step;
        final String name;
        final Instant started;
        final boolean bytes;
        Instant told;
        long toldDone;

        Part(Step step, String name, Instant started, boolean bytes) {
            this.step = step;
            this.name = name;
            this.started = started;
            this.bytes = bytes;
            this.told = started;
        }
    }

    @Override
    public void accept(ProgressEvent event) {
        if (event instanceof ProgressEvent.Started started) {
            start(started);
        } else if (event instanceof ProgressEvent.Advanced advanced) {
            advance(advanced);
        } else if (event instanceof ProgressEvent.Message message) {
            tell(message);
        } else if (event instanceof ProgressEvent.Finished finished) {
            finish(finished);
        }
        out.flush();
    }

    private void start(ProgressEvent.Started started) {
        long parent = started.parent().orElse(-1L);
        Step step = steps.get(parent);
        if (step != null) {
            parts.put(
                    started.task(),
                    new Part(step, started.label(), started.at(), started.unit() == ProgressUnit.BYTES));
        } else if (parent == 0) {
            steps.put(started.task(), new Step(started.label(), started.at()));
        }
    }

    private void advance(ProgressEvent.Advanced advanced) {
        Part part = parts.get(advanced.task());
        if (part == null) {
            return;
        }
        long total = advanced.total().orElse(0);
        boolean much = total > 0 && advanced.done() - part.toldDone >= total * REPORTED_SHARE;
        if (much || Duration.between(part.told, advanced.at()).compareTo(REPORTED_AFTER) >= 0) {
            part.told = advanced.at();
            part.toldDone = advanced.done();
            line(part.step, part.name + amount(part, advanced.done(), total) + seconds(part.started, advanced.at()));
        }
    }

    private void tell(ProgressEvent.Message message) {
        Step step = steps.get(message.task());
        if (step == null) {
            String mark = message.level() == ProgressEvent.Level.WARNING ? "WARNING: " : "";
            out.println(mark + message.text());
        } else if (message.level() == ProgressEvent.Level.WARNING) {
            line(step, "WARN: " + message.text());
        } else {
            double at = Duration.between(step.started, message.at()).toMillis() / (double) KILO;
            line(step, String.format(Locale.ROOT, "%.3f %s", at, message.text()));
        }
    }

    private void finish(ProgressEvent.Finished finished) {
        Part part = parts.remove(finished.task());
        if (part != null) {
            if (finished.outcome() == ProgressEvent.Outcome.DONE) {
                line(
                        part.step,
                        part.name + amount(part, finished.done(), 0) + seconds(part.started, finished.at()) + " done");
            }
            return;
        }
        Step step = steps.remove(finished.task());
        if (step == null) {
            return;
        }
        line(
                step,
                switch (finished.outcome()) {
                    case DONE -> "DONE" + seconds(step.started, finished.at());
                    case CACHED -> "CACHED";
                    case CANCELLED -> "CANCELED";
                    case FAILED -> "ERROR: " + finished.detail();
                });
        out.println();
        current = null;
    }

    private void line(Step step, String text) {
        if (current != step) {
            if (current != null) {
                out.println("#" + current.number + " ...");
                out.println();
            }
            if (step.number == 0) {
                step.number = ++numbers;
            }
            out.println("#" + step.number + " " + step.name);
            current = step;
        }
        out.println("#" + step.number + " " + text);
    }

    private static String amount(Part part, long done, long total) {
        if (!part.bytes || (done == 0 && total == 0)) {
            return "";
        }
        return " " + size(done) + (total > 0 ? " / " + size(total) : "");
    }

    private static String seconds(Instant from, Instant to) {
        return String.format(Locale.ROOT, " %.1fs", Duration.between(from, to).toMillis() / (double) KILO);
    }

    /** As Docker writes sizes: {@code 563.53kB}. */
    private static String size(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= KILO && unit < units.length - 1) {
            value /= KILO;
            unit++;
        }
        String text = unit == 0 ? Long.toString(bytes) : String.format(Locale.ROOT, "%.2f", value);
        return text + units[unit];
    }
}
