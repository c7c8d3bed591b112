package io.sandboximage.report;

import io.sandboximage.internal.text.Units;
import io.sandboximage.progress.ProgressFacts;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts of the page below the timeline: cache, transfers, layers, comparison. Each stays out where there is nothing to say. */
final class Tables {
    private static final int SHORT_DIGEST = 19;

    private final ReportRun run;
    private final @Nullable PreviousRun previous;

    Tables(ReportRun run, @Nullable PreviousRun previous) {
        this.run = run;
        this.previous = previous;
    }

    void cache(Html html) {
        List<ReportTask> vertexes = run.vertexes();
        if (vertexes.isEmpty()) {
            return;
        }
        CacheReasons reasons = new CacheReasons(vertexes, previous);
        html.section("cache", "Build cache")
                .table(
                        "Steps of the build, and why they ran or did not",
                        List.of("Build step", "Result", "Why", "Took"));
        for (ReportTask vertex : vertexes) {
            Look look = Look.of(vertex);
            String word = look == Look.SPARED ? "cached" : look.word();
            html.raw("<tr>")
                    .element("td", vertex.label())
                    .open("td")
                    .element("span", word, "class", "badge " + look.style())
                    .close("td")
                    .element("td", reasons.why(vertex))
                    .element("td", Units.time(vertex.took(run.end())), "class", "number")
                    .raw("</tr>\n");
        }
        html.endTable().close("section");
    }

    void transfers(Html html) {
        List<TransferSums> sums = TransferSums.of(run);
        if (sums.isEmpty()) {
            return;
        }
        long most = Math.max(
                1, sums.stream().mapToLong(TransferSums::totalBytes).max().orElse(1));
        html.section("transfers", "Transfers")
                .table(
                        "Bytes and blobs by destination",
                        List.of("Destination", "Share", "Transferred", "Mounted there", "There already"));
        for (TransferSums sum : sums) {
            html.raw("<tr>").element("td", sum.name()).raw("<td class=\"meter\">");
            part(html, "moved", sum.copiedBytes(), most);
            part(html, "ran", sum.mountedBytes(), most);
            part(html, "spared", sum.presentBytes(), most);
            html.close("td");
            amount(html, sum.copiedBytes(), sum.copied());
            amount(html, sum.mountedBytes(), sum.mounted());
            amount(html, sum.presentBytes(), sum.present());
            html.raw("</tr>\n");
        }
        html.endTable().close("section");
    }

    private static void part(Html html, String style, long bytes, long most) {
        if (bytes > 0) {
            html.open("span", "class", "part " + style, "style", "width:" + percent(bytes, most))
                    .close("span");
        }
    }

    private static void amount(Html html, long bytes, long blobs) {
        html.element(
                "td",
                blobs == 0 && bytes == 0
                        ? "–"
                        : Units.bytes(bytes) + " in " + blobs + (blobs == 1 ? " blob" : " blobs"),
                "class",
                "number");
    }

    void layers(Html html) {
        List<Map<String, String>> layers = run.layers();
        if (layers.isEmpty()) {
            return;
        }
        long most = Math.max(
                1,
                layers.stream()
                        .mapToLong(l -> Facts.number(l, ProgressFacts.SIZE_BYTES))
                        .max()
                        .orElse(1));
        boolean platforms = layers.stream()
                        .map(l -> l.get(ProgressFacts.PLATFORM))
                        .distinct()
                        .count()
                > 1;
        html.section("layers", "Layers")
                .table(
                        "Layers of the image, lowest first, compressed as stored",
                        List.of("Made by", "", "Size", "Digest", "Since the previous run"));
        for (Map<String, String> layer : layers) {
            long bytes = Facts.number(layer, ProgressFacts.SIZE_BYTES);
            String digest = layer.getOrDefault(ProgressFacts.DIGEST, "");
            String by = layer.getOrDefault(ProgressFacts.CREATED_BY, "");
            String platform = platforms ? layer.getOrDefault(ProgressFacts.PLATFORM, "") + ": " : "";
            html.raw("<tr>")
                    .element("td", platform + (by.isEmpty() ? "unknown" : by))
                    .raw("<td class=\"meter\">");
            part(html, "layer", bytes, most);
            html.close("td")
                    .element("td", Units.bytes(bytes), "class", "number")
                    .open("td")
                    .element("code", digest.substring(0, Math.min(SHORT_DIGEST, digest.length())), "title", digest)
                    .close("td")
                    .element("td", sinceLast(digest))
                    .raw("</tr>\n");
        }
        html.endTable().close("section");
    }

    private String sinceLast(String digest) {
        if (previous == null || previous.layers().isEmpty()) {
            return "–";
        }
        return previous.hasLayer(digest) ? "the same" : "new";
    }

    void comparison(Html html) {
        if (previous == null) {
            return;
        }
        html.section("comparison", "Compared with the previous run");
        html.element(
                "p",
                "The run of " + Overview.time(previous.at()) + ", the last one that succeeded, took "
                        + Units.time(previous.took()) + " and transferred " + Units.bytes(previous.movedBytes()) + ". "
                        + image());
        html.table("Steps of both runs", List.of("Step", "Before", "Now", "Difference"));
        Set<String> seen = new HashSet<>();
        for (ReportTask step : run.steps()) {
            seen.add(step.label());
            Optional<PreviousRun.Step> before = previous.step(step.label());
            Duration now = step.took(run.end());
            row(
                    html,
                    step.label(),
                    before.map(b -> Units.time(b.took()) + (b.unchanged() ? ", unchanged" : ""))
                            .orElse("–"),
                    Units.time(now) + (step.cached() ? ", unchanged" : ""),
                    before.map(b -> Differences.time(now.minus(b.took()))).orElse("new"));
        }
        previous.steps().stream()
                .filter(before -> !seen.contains(before.name()))
                .forEach(before -> row(html, before.name(), Units.time(before.took()), "–", "gone or not begun"));
        html.endTable().close("section");
    }

    private String image() {
        String before = previous == null ? "" : previous.image();
        Optional<String> now = run.image();
        if (now.isEmpty() || before.isEmpty()) {
            return "";
        }
        return now.get().equals(before) ? "The image is the same." : "The image is another one.";
    }

    private static void row(Html html, String step, String before, String now, String difference) {
        html.raw("<tr>")
                .element("td", step)
                .element("td", before, "class", "number")
                .element("td", now, "class", "number")
                .element("td", difference)
                .raw("</tr>\n");
    }

    private static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.3f%%", Math.min(100, part * 100.0 / whole));
    }
}
