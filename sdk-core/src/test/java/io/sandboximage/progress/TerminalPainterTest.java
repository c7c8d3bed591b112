package io.sandboximage.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalPainterTest {
    private static final Charset UTF_8 = StandardCharsets.UTF_8;
    private static final String UP_3 = "\u001b[3A\r\u001b[J";
    private static final String UP_2 = "\u001b[2A\r\u001b[J";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void redrawsActiveTasksInPlaceAndLetsFinishedOnesScrollUp() {
        TerminalPainter painter = painter(new TerminalStyle(90, 24, UTF_8, false));

        painter.paint(Story.beginning(), Story.at(300));
        assertThat(frame())
                .isEqualTo(lines(
                        "⠸ to oci:out:v1                                                                     0.2 s",
                        "  ⠸ copy layer 0123456789ab                           ░░░░░░░░░░░░░░░░░   0 %  0 B  0.1 s",
                        "  ⠸ copy config [2J                                   ░░░░░░░░░░░░░░░░░   0 %  0 B  0.1 s"));

        painter.paint(Story.middle(), Story.at(10_500));
        assertThat(frame())
                .isEqualTo(
                        UP_3
                                + lines(
                                        "! copy layer 0123456789ab: connection reset, resuming",
                                        "  ✔ copy config [2J  700 B, 10.3 s",
                                        "⠴ to oci:out:v1                                                                    10.4 s",
                                        "  ⠴ copy layer 0123456789ab                      ████░░░░░░░░░░░░░  25 %  3.0 MiB  10.3 s"));

        painter.paint(Story.end(), Story.at(72_200));
        assertThat(frame())
                .isEqualTo(UP_2
                        + lines(
                                "  ✔ copy layer 0123456789ab  12.0 MiB, 11.8 s",
                                "✔ to oci:out:v1  2 blobs copied, 12.0 s",
                                "✘ record  disk full, 0.1 s",
                                "✘ pipeline  1 min 12 s"));
    }

    @Test
    void asciiStandsInWhereTheCharsetHasNoSymbols() {
        TerminalPainter painter = painter(new TerminalStyle(60, 24, StandardCharsets.US_ASCII, false));
        painter.paint(Story.beginning(), Story.at(300));
        painter.paint(Story.middle(), Story.at(10_500));
        assertThat(frame())
                .isEqualTo(lines(
                                "\\ to oci:out:v1                                       0.2 s",
                                "  \\ copy layer 01234567...  [...........]   0 %  0 B  0.1 s",
                                "  \\ copy config [2J         [...........]   0 %  0 B  0.1 s")
                        + UP_3
                        + lines(
                                "! copy layer 0123456789ab: connection reset, resuming",
                                "  + copy config [2J  700 B, 10.3 s",
                                "/ to oci:out:v1                                      10.4 s",
                                "  / copy layer 012...  [##.........]  25 %  3.0 MiB  10.3 s"));
    }

    @Test
    void coloursMarkTheOutcome() {
        TerminalPainter painter = painter(new TerminalStyle(60, 24, UTF_8, true));
        painter.paint(Story.beginning(), Story.at(300));
        frame();
        painter.paint(Story.middle(), Story.at(10_500));
        assertThat(frame()).contains("\u001b[33m!\u001b[0m copy layer").contains("\u001b[32m✔\u001b[0m copy config");
    }

    @Test
    void tasksBeyondTheHeightOfTheTerminalAreCounted() {
        TerminalPainter painter = painter(new TerminalStyle(80, 4, UTF_8, false));
        painter.paint(Story.beginning(), Story.at(300));
        assertThat(frame().lines()).hasSize(3).last().isEqualTo("  and 1 more");
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        for (int columns = 1; columns < 140; columns += 7) {
            TerminalPainter painter = painter(new TerminalStyle(columns, 24, UTF_8, false));
            painter.paint(Story.beginning(), Story.at(300));
            painter.paint(Story.middle(), Story.at(10_500));
            painter.paint(Story.end(), Story.at(72_200));
            int widest = Math.max(40, columns) - 1;
            assertThat(frame().replaceAll("\u001b\\[\\d*[AJ]\r?", "").lines())
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(widest));
        }
    }

    @Test
    void nextRunStartsWithAnEmptyBoard() {
        TerminalPainter painter = painter(new TerminalStyle(80, 24, UTF_8, false));
        painter.paint(Story.beginning(), Story.at(300));
        frame();
        painter.paint(List.of(Story.beginning().get(0)), Story.at(400));
        assertThat(frame()).startsWith(UP_3).doesNotContain("to oci");
    }

    private TerminalPainter painter(TerminalStyle style) {
        return new TerminalPainter(bytes, style);
    }

    private static String lines(String... lines) {
        return String.join("\n", lines) + "\n";
    }

    private String frame() {
        String text = bytes.toString(UTF_8);
        bytes.reset();
        return text;
    }
}
