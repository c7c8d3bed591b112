package io.sandboximage.report;

import io.sandboximage.internal.text.Units;
import io.sandboximage.progress.ProgressFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The chart of what ran when: a row for each step, below it what it was made of. */
final class Timeline {
    /** Of a step with more parts the longest are shown. */
    private static final int MAX_PARTS = 60;

    private static final int MAX_TICKS = 8;
    private static final long[] TICK_STEPS = {1, 2, 5};
    private static final double SHORTEST_MILLIS = 1;

    private final ReportRun run;
    private final Instant start;
    private final double millis;

    Timeline(ReportRun run) {
        this.run = run;
        this.start = run.start();
        this.millis = Math.max(SHORTEST_MILLIS, (double) run.took().toMillis());
    }

    private record Row(ReportTask task, boolean part) {}

    void write(Html html) {
        List<Row> rows = rows();
        html.section("timeline", "Timeline");
        legend(html);
        html.open(
                "div",
                "class",
                "chart",
                "style",
                "--tick:" + percent((double) tickMillis()),
                "role",
                "img",
                "aria-label",
                "Bars of " + run.steps().size() + " steps over " + Units.time(run.took())
                        + ". The table below says the same in words.");
        axis(html);
        rows.forEach(row -> bar(html, row));
        html.close("div");
        hidden(html, rows.size());
        html.raw("<details><summary>The timeline as a table</summary>")
                .table(
                        "Steps and their parts in the order in which they began",
                        List.of("", "What", "Result", "Began", "Took"));
        rows.forEach(row -> line(html, row));
        html.endTable().raw("</details>").close("section");
    }

    private void hidden(Html html, int shown) {
        int all = run.steps().size()
                + run.steps().stream().mapToInt(step -> step.children().size()).sum()
                + run.dropped();
        if (all > shown) {
            html.element("p", (all - shown) + " shorter parts are not shown.", "class", "note");
        }
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (ReportTask step : run.steps()) {
            rows.add(new Row(step, false));
            Set<ReportTask> shown = new HashSet<>(step.children().stream()
                    .sorted(Comparator.comparing((ReportTask part) -> part.took(run.end()))
                            .reversed())
                    .limit(MAX_PARTS)
                    .toList());
            step.children().stream()
                    .filter(shown::contains)
                    .sorted(Comparator.comparing(ReportTask::startedAt))
                    .forEach(part -> rows.add(new Row(part, true)));
        }
        return rows;
    }

    private static void legend(Html html) {
        html.open("ul", "class", "legend", "aria-hidden", "true");
        for (Look look : Look.values()) {
            html.raw("<li>")
                    .open("span", "class", "swatch " + look.style())
                    .close("span")
                    .text(look.word())
                    .close("li");
        }
        html.close("ul");
    }

    private void axis(Html html) {
        html.open("div", "class", "row axis")
                .open("span", "class", "name")
                .close("span")
                .open("span", "class", "track");
        long step = tickMillis();
        for (long at = 0; at <= millis; at += step) {
            // The label of a tick at the very end would be cut off.
            String place = at > millis * 0.96 ? "tick last" : "tick";
            html.element("span", tick(at), "class", place, "style", "left:" + percent((double) at));
        }
        html.close("span").open("span", "class", "took").close("span").close("div");
    }

    /** A round time, so that there are at most {@value #MAX_TICKS} of them. */
    private long tickMillis() {
        for (long power = 1; ; power *= 10) {
            for (long step : TICK_STEPS) {
                if (millis / (step * power) <= MAX_TICKS) {
                    return step * power;
                }
            }
        }
    }

    private static String tick(long at) {
        // From a second on the ticks are tenths of seconds apart at least.
        return at > 0 && at < 1000
                ? at + " ms"
                : Units.time(Duration.ofMillis(at)).replace(".0 s", " s");
    }

    private void bar(Html html, Row row) {
        ReportTask task = row.task();
        Look look = Look.of(task);
        double from = Duration.between(start, task.startedAt()).toMillis();
        double took = task.took(run.end()).toMillis();
        String about = task.label() + ": " + look.word() + " in " + Units.time(task.took(run.end()));
        html.open("div", "class", row.part() ? "row part" : "row", "title", about)
                .open("span", "class", "name")
                .element("span", look.sign(), "class", "sign " + look.style())
                .text(task.label())
                .close("span")
                .open("span", "class", "track")
                .open(
                        "span",
                        "class",
                        "bar " + look.style(),
                        "style",
                        "left:" + percent(from) + ";width:" + percent(Math.min(took, millis - from)))
                .close("span")
                .close("span")
                .element("span", Units.time(task.took(run.end())), "class", "took")
                .close("div");
    }

    private void line(Html html, Row row) {
        ReportTask task = row.task();
        Look look = Look.of(task);
        String detail = task.failed() ? "" : task.detail();
        html.raw("<tr>")
                .element("td", row.part() ? kind(task) : "step")
                .element("td", task.label())
                .element("td", look.word() + (detail.isEmpty() ? "" : ": " + detail))
                .element("td", "+" + Units.time(Duration.between(start, task.startedAt())), "class", "number")
                .element("td", Units.time(task.took(run.end())), "class", "number")
                .raw("</tr>\n");
    }

    private static String kind(ReportTask task) {
        return task.vertex() ? "build step" : task.has(ProgressFacts.BLOB) ? "blob" : "part";
    }

    private String percent(double at) {
        return String.format(Locale.ROOT, "%.3f%%", Math.max(0, Math.min(100, at * 100 / millis)));
    }
}
