package io.sandboximage.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlainPainterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PlainPainter painter = new PlainPainter(new PrintStream(bytes, false, StandardCharsets.UTF_8));

    @Test
    void tellsOneLineForEachThingWorthTelling() {
        Stream.of(Story.beginning(), Story.middle(), Story.end()).forEach(e -> painter.paint(e, Story.START));

        assertThat(lines())
                .containsExactly(
                        "    0.1 s  ..    to oci:out:v1",
                        "   10.3 s  ..    copy layer 0123456789ab: 3.0 MiB of 12.0 MiB, 25 %",
                        "   10.4 s  warn  copy layer 0123456789ab: connection reset, resuming",
                        "   10.5 s  ok    copy config [2J: 700 B, 10.3 s",
                        "   12.0 s  ok    copy layer 0123456789ab: 12.0 MiB, 11.8 s",
                        "   12.1 s  ok    to oci:out:v1: 2 blobs copied, 12.0 s",
                        "   12.1 s  ..    record",
                        "   12.2 s  FAIL  record: disk full, 0.1 s",
                        "1 min 12 s  FAIL  pipeline: 1 min 12 s");
    }

    @Test
    void reportsOfALongTaskAreAtLeastTenSecondsApart() {
        painter.paint(Story.beginning(), Story.START);
        bytes.reset();
        painter.paint(Story.middle().subList(0, 1), Story.START);
        painter.paint(
                List.of(new ProgressEvent.Advanced(2, Story.at(15_000), 4 << 20, java.util.OptionalLong.of(12 << 20))),
                Story.START);
        assertThat(lines()).hasSize(1);
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
