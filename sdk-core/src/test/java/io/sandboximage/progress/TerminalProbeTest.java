package io.sandboximage.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalProbeTest {
    @Test
    void barsNeedATerminalThatIsNeitherDumbNorInCi() {
        assertThat(probe(true, "TERM", "xterm-256color").capable()).isTrue();
        assertThat(probe(false, "TERM", "xterm-256color").capable()).isFalse();
        assertThat(probe(true, "TERM", "dumb").capable()).isFalse();
        assertThat(probe(true).capable()).isFalse();
        assertThat(probe(true, "TERM", "xterm", "CI", "true").capable()).isFalse();
        assertThat(probe(true, "TERM", "xterm", "NO_COLOR", "1").capable()).isTrue();
    }

    @Test
    void styleComesFromTheEnvironment() {
        assertThat(probe(true, "COLUMNS", "132", "LINES", "50").style())
                .isEqualTo(new TerminalStyle(132, 50, StandardCharsets.UTF_8, true));
        assertThat(probe(true, "COLUMNS", "many", "LINES", "-1", "NO_COLOR", "1")
                        .style())
                .isEqualTo(new TerminalStyle(80, 24, StandardCharsets.UTF_8, false));
    }

    @Test
    void charsetIsThatOfStandardErrorThenThatOfTheHost() {
        assertThat(TerminalProbe.charset(Map.of("stderr.encoding", "UTF-8", "native.encoding", "US-ASCII")::get))
                .isEqualTo(StandardCharsets.UTF_8);
        assertThat(TerminalProbe.charset(Map.of("native.encoding", "US-ASCII")::get))
                .isEqualTo(StandardCharsets.US_ASCII);
        assertThat(TerminalProbe.charset(Map.of("native.encoding", "klingon")::get))
                .isEqualTo(Charset.defaultCharset());
    }

    private static TerminalProbe probe(boolean console, String... environment) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            map.put(environment[i], environment[i + 1]);
        }
        return new TerminalProbe(console, map, StandardCharsets.UTF_8);
    }
}
