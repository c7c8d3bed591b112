package io.sandboximage.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
                        "⠸ to oci:out:v1                                          ░░░░░░░░░░░░░░   0 %  0 B  0.2 s",
                        "  ⠸ copy layer 0123456789ab                              ░░░░░░░░░░░░░░   0 %  0 B  0.1 s",
                        "  ⠸ copy config [2J                                      ░░░░░░░░░░░░░░   0 %  0 B  0.1 s"));

        painter.paint(Story.middle(), Story.at(10_500));
        assertThat(frame())
                .isEqualTo(UP_3
                        + lines(
                                "! copy layer 0123456789ab: connection reset, resuming",
                                "  ✔ copy config [2J  700 B, 10.3 s",
                                "⠴ to oci:out:v1                   ███░░░░░░░░░░░  25 %  3.0 MiB  295.2 KiB/s"
                                        + "  31.2 s left",
                                "  ⠴ copy layer 0123456789ab       ███░░░░░░░░░░░  25 %  3.0 MiB  298.0 KiB/s"
                                        + "  30.9 s left"));

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
    void stepShowsWhatItsPartsComeToAndLeavesOneLine() {
        TerminalPainter painter = painter(new TerminalStyle(120, 24, UTF_8, false));
        List<ProgressEvent> begun = new ArrayList<>(Story.beginning());
        begun.add(2, new ProgressEvent.Fact(1, Story.at(100), ProgressFacts.STEP, Map.of()));
        begun.add(
                3,
                new ProgressEvent.Fact(
                        1,
                        Story.at(100),
                        ProgressFacts.EXPECTED,
                        Map.of(ProgressFacts.SIZE_BYTES, String.valueOf(24 << 20))));
        painter.paint(begun, Story.at(300));
        frame();
        painter.paint(Story.middle(), Story.at(10_500));
        assertThat(frame().replace(UP_3, "").lines())
                .containsExactly(
                        "! copy layer 0123456789ab: connection reset, resuming",
                        "⠴ to oci:out:v1                                "
                                + "██░░░░░░░░░░░░░░░░░  12 %  3.0 MiB  295.2 KiB/s  1 min 12 s left  10.4 s",
                        "  ⠴ copy layer 0123456789ab                        "
                                + "████░░░░░░░░░░░░░░░  25 %  3.0 MiB  298.0 KiB/s  30.9 s left  10.3 s");
        painter.paint(Story.end(), Story.at(72_200));
        assertThat(frame().replace(UP_2, "").lines())
                .containsExactly(
                        "✔ to oci:out:v1  2 blobs copied, 12.0 s",
                        "✘ record  disk full, 0.1 s",
                        "✘ pipeline  1 min 12 s");
    }

    @Test
    void stepOfABuildCountsTheStepsOfItsBuild() {
        TerminalPainter painter = painter(new TerminalStyle(80, 24, UTF_8, false));
        List<ProgressEvent> events = new ArrayList<>(Story.beginning().subList(0, 2));
        for (long vertex = 10; vertex < 13; vertex++) {
            events.add(new ProgressEvent.Started(
                    vertex, Story.at(200), Optional.of(1L), "RUN " + vertex, ProgressUnit.STEPS, OptionalLong.empty()));
            events.add(new ProgressEvent.Fact(vertex, Story.at(200), ProgressFacts.VERTEX, Map.of()));
        }
        events.add(new ProgressEvent.Finished(10, Story.at(300), ProgressEvent.Outcome.CACHED, "", 0));
        painter.paint(events, Story.at(400));
        assertThat(frame()).contains("1 of 3 steps, 1 cached  0.3 s");
    }

    @Test
    void asciiStandsInWhereTheCharsetHasNoSymbols() {
        TerminalPainter painter = painter(new TerminalStyle(60, 24, StandardCharsets.US_ASCII, false));
        painter.paint(Story.beginning(), Story.at(300));
        painter.paint(Story.middle(), Story.at(10_500));
        assertThat(frame())
                .isEqualTo(lines(
                                "\\ to oci:out:v1               [.........]   0 %  0 B  0.2 s",
                                "  \\ copy layer 0123456789ab   [.........]   0 %  0 B  0.1 s",
                                "  \\ copy config [2J           [.........]   0 %  0 B  0.1 s")
                        + UP_3
                        + lines(
                                "! copy layer 0123456789ab: connection reset, resuming",
                                "  + copy config [2J  700 B, 10.3 s",
                                "/ to oci:out:v1          [##.......]  25 %  3.0 MiB  10.4 s",
                                "  / copy layer 01234...  [##.......]  25 %  3.0 MiB  10.3 s"));
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
