package io.sandboximage.report;

import io.sandboximage.internal.text.Units;
import io.sandboximage.progress.ProgressFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The head of the page: how it went in a glance, and what went wrong. */
final class Overview {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final ReportRun run;
    private final @Nullable PreviousRun previous;

    Overview(ReportRun run, @Nullable PreviousRun previous) {
        this.run = run;
        this.previous = previous;
    }

    void write(Html html) {
        Look look = Look.of(run.root());
        html.raw("<header>")
                .open("p", "class", "verdict " + look.style())
                .element("span", look.sign(), "aria-hidden", "true")
                .text(" " + verdict(look))
                .close("p")
                .element("h1", title())
                .open("p", "class", "facts")
                .text("Began " + TIME.format(run.start()));
        run.image().ifPresent(digest -> html.raw(" · ").element("code", digest));
        html.close("p").close("header").open("div", "class", "tiles");
        tile(html, "Time", Units.time(run.took()), comparedTime());
        tile(html, "Build steps cached", cachedText(), cachedNote());
        List<TransferSums> sums = TransferSums.of(run);
        tile(html, "Transferred", Units.bytes(sum(sums, true)), sums.size() + places(sums.size()));
        tile(html, "Transfers spared", Units.bytes(sum(sums, false)), share(sums));
        readings(html);
        if (run.imageBytes() > 0) {
            tile(html, "Image", Units.bytes(run.imageBytes()), comparedSize());
        }
        html.close("div");
        failures(html);
        warnings(html);
    }

    static String time(Instant time) {
        return TIME.format(time);
    }

    private String title() {
        return run.steps().isEmpty() ? run.root().label() : run.steps().get(0).label();
    }

    private static String verdict(Look look) {
        return switch (look) {
            case FAILED -> "Failed";
            case STOPPED -> "Cancelled";
            case OPEN -> "Did not end";
            default -> "Succeeded";
        };
    }

    private void readings(Html html) {
        Map<String, String> reading = run.root().fact(ProgressFacts.READING);
        long shared = Facts.number(reading, ProgressFacts.BYTES_SHARED);
        if (shared > 0) {
            String read = Units.bytes(Facts.number(reading, ProgressFacts.BYTES_READ));
            tile(html, "Readings spared", Units.bytes(shared), read + " read once for all places");
        }
    }

    private static void tile(Html html, String name, String value, String note) {
        html.raw("<div class=\"tile\">")
                .element("div", name, "class", "tile-name")
                .element("div", value, "class", "tile-value")
                .element("div", note, "class", "tile-note")
                .close("div");
    }

    private String comparedTime() {
        if (previous == null) {
            return "nothing to compare with";
        }
        Duration difference = run.took().minus(previous.took());
        return Differences.time(difference) + " than the previous run";
    }

    private String comparedSize() {
        if (previous == null || previous.imageBytes() == 0) {
            return run.layers().size() + " layers";
        }
        return Differences.bytes(run.imageBytes() - previous.imageBytes());
    }

    private String cachedText() {
        List<ReportTask> counted = counted();
        return counted.isEmpty()
                ? "–"
                : counted.stream().filter(ReportTask::cached).count() + " of " + counted.size();
    }

    private String cachedNote() {
        return counted().isEmpty() ? "no build daemon took part" : "without housekeeping";
    }

    private List<ReportTask> counted() {
        return run.vertexes().stream()
                .filter(vertex -> !CacheReasons.housekeeping(vertex))
                .toList();
    }

    private static long sum(List<TransferSums> sums, boolean copied) {
        return sums.stream()
                .mapToLong(copied ? TransferSums::copiedBytes : TransferSums::savedBytes)
                .sum();
    }

    private static String places(int count) {
        return count == 1 ? " destination" : " destinations";
    }

    private static String share(List<TransferSums> sums) {
        long spared = sum(sums, false);
        long all = spared + sum(sums, true);
        return all == 0 ? "nothing to transfer" : Math.round(100.0 * spared / all) + " % of what was asked for";
    }

    private void failures(Html html) {
        List<ReportTask> failed =
                run.steps().stream().filter(ReportTask::failed).toList();
        if (failed.isEmpty() && !run.root().failed()) {
            return;
        }
        html.section("failures", "What went wrong");
        if (failed.isEmpty()) {
            failure(html, run.root());
        }
        failed.forEach(step -> failure(html, step));
        run.vertexes().stream().filter(ReportTask::failed).forEach(vertex -> {
            if (!vertex.log().isEmpty()) {
                html.raw("<details open><summary>")
                        .text("The last lines of " + vertex.label())
                        .raw("</summary>")
                        .element("pre", String.join("\n", vertex.log()), "tabindex", "0")
                        .raw("</details>");
            }
        });
        html.close("section");
    }

    private static void failure(Html html, ReportTask task) {
        html.open("div", "class", "failure")
                .element("h3", task.label())
                .element(
                        "pre", task.detail().isEmpty() ? "It ended without a message." : task.detail(), "tabindex", "0")
                .close("div");
    }

    private void warnings(Html html) {
        List<ReportTask> warned = run.allTasks().stream()
                .filter(task -> !task.warnings().isEmpty())
                .toList();
        if (warned.isEmpty()) {
            return;
        }
        html.section("warnings", "Warnings").raw("<ul>");
        warned.forEach(task -> task.warnings()
                .forEach(text -> html.element("li", task == run.root() ? text : task.label() + ": " + text)));
        html.raw("</ul>").close("section");
    }
}
