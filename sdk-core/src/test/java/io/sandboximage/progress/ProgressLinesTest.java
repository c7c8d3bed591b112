package io.sandboximage.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
    @Test
    void whatWasWrittenIsReadBack() {
        List<ProgressEvent> events = new ArrayList<>();
        Stream.of(Story.beginning(), Story.middle(), Story.end()).forEach(events::addAll);
        events.add(
                5, new ProgressEvent.Fact(2, Story.at(300), ProgressFacts.BLOB, Map.of(ProgressFacts.WAY, "copied")));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ProgressRenderer renderer = Progress.jsonLines(out)) {
            events.forEach(renderer::onEvent);
        }
        assertThat(read(out.toString(StandardCharsets.UTF_8))).isEqualTo(events);
    }

    @Test
    void lineThatWasCutOffAtTheEndIsPassedOver() {
        String line = "{\"event\":\"finished\",\"task\":0,\"at\":\"2026-01-01T00:00:00Z\",\"outcome\":\"done\","
                + "\"detail\":\"\",\"done\":0}";
        assertThat(read(line + "\n" + line.substring(0, 40))).hasSize(1);
        assertThatThrownBy(() -> read(line.substring(0, 40) + "\n" + line))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void unknownEventsAndMembersArePassedOver() {
        assertThat(
                        read(
                                "{\"event\":\"later\",\"task\":3,\"at\":\"2026-01-01T00:00:00Z\"}\n\n"
                                        + "{\"event\":\"advanced\",\"task\":3,\"at\":\"2026-01-01T00:00:00Z\",\"done\":7,\"new\":[1]}\n"))
                .singleElement()
                .isInstanceOf(ProgressEvent.Advanced.class);
    }

    @Test
    void laterVersionIsRefused() {
        String line = "{\"event\":\"started\",\"task\":0,\"at\":\"2026-01-01T00:00:00Z\",\"schema\":2,"
                + "\"label\":\"x\",\"unit\":\"steps\"}\n";
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void wrongValuesAreNamed() {
        String line =
                "{\"event\":\"started\",\"task\":0,\"at\":\"2026-01-01T00:00:00Z\",\"label\":\"x\",\"unit\":\"miles\"}";
        assertThatThrownBy(() -> read(line + "\n" + line))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("line 1");
    }

    private static List<ProgressEvent> read(String lines) {
        List<ProgressEvent> events = new ArrayList<>();
        ProgressLines.read(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), events::add);
        return events;
    }
}
