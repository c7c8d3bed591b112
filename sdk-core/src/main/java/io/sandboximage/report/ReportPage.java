package io.sandboximage.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The page as a whole: one file that needs nothing else. It holds no script, and its content security policy forbids any, as it
 * forbids to load anything from anywhere.
 */
final class ReportPage {
    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    private ReportPage() {}

    static byte[] of(ReportRun run, @Nullable PreviousRun previous) {
        Html html = new Html();
        Tables tables = new Tables(run, previous);
        html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .open("meta", "http-equiv", "Content-Security-Policy", "content", POLICY)
                .raw("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .element("title", "Build report: " + run.root().label())
                .raw("<style>\n" + style() + "</style>\n</head>\n<body>\n<main>\n");
        new Overview(run, previous).write(html);
        if (!run.steps().isEmpty()) {
            new Timeline(run).write(html);
        }
        tables.cache(html);
        tables.transfers(html);
        tables.layers(html);
        tables.comparison(html);
        html.raw("</main>\n<footer>Made by the Sandbox Image SDK. This file loads nothing and runs nothing.</footer>\n")
                .raw("</body>\n</html>\n");
        return html.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String style() {
        try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("report.css is missing beside " + ReportPage.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
