package io.sandboximage.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1048524, 1023.9 KiB",
        "1048575, 1.0 MiB",
        "12897485, 12.3 MiB",
        "5368709120, 5.0 GiB",
        "9223372036854775807, 8.0 EiB"
    })
    void bytesTakeTheLargestFittingUnit(long bytes, String text) {
        assertThat(Units.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "-5, 0.0 s",
        "0, 0.0 s",
        "49, 0.0 s",
        "50, 0.1 s",
        "59949, 59.9 s",
        "59950, 1 min 00 s",
        "125000, 2 min 05 s",
        "3720000, 1 h 02 min"
    })
    void timesTakeTheLargestFittingUnit(long millis, String text) {
        assertThat(Units.time(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void whatATerminalMightObeyIsTakenOut() {
        assertThat(Units.printable("a\u001b[31mb\u009b2J\u202ec\nd")).isEqualTo("a [31mb 2J c d");
    }
}
