package io.sandboximage.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("1994-11-06T08:49:00Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Retry-After|0|PT0S",
                "Retry-After|120|PT2M",
                "retry-after|  7 |PT7S",
                "Retry-After|1.5|PT1.5S",
                "Retry-After|30s|PT30S",
                "Retry-After|250ms|PT0.25S",
                "Retry-After|Sun, 06 Nov 1994 08:49:37 GMT|PT37S",
                "Retry-After|Sunday, 06-Nov-94 08:49:37 GMT|PT37S",
                "Retry-After|Sun Nov  6 08:49:37 1994|PT37S",
                "Retry-After|Sun Nov 13 08:49:00 1994|PT24H",
                "Retry-After|1994-11-06T08:49:37Z|PT37S",
                "Retry-After|Sun, 06 Nov 1994 08:48:00 GMT|PT0S",
                "Retry-After|99999999999999999999999999999|PT24H",
                "Retry-After|Sun, 06 Nov 2094 08:49:37 GMT|PT24H",
                "retry-after-ms|1500|PT1.5S",
                "x-ms-retry-after-ms|20|PT0.02S",
            })
    void reads(String name, String value, Duration expected) {
        assertThat(RetryAfter.of(Headers.of(name, value), CLOCK)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-5", "", "soon", "NaN", "1e3", "0x10", "12 34", "Sun, 99 Nov 1994 08:49:37 GMT", "∞", "１２"})
    void ignores(String value) {
        Headers headers =
                new Headers.Builder().addUnsafeNonAscii("Retry-After", value).build();

        assertThat(RetryAfter.of(headers, CLOCK)).isEmpty();
    }

    @Test
    void readsUnixTimes() {
        Clock now = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

        assertThat(RetryAfter.of(Headers.of("X-Retry-After", "1700000090"), now))
                .contains(Duration.ofSeconds(90));
        assertThat(RetryAfter.of(Headers.of("X-Retry-After", "1600000000"), now))
                .contains(Duration.ZERO);
    }

    @Test
    void measuresDatesByTheServersClock() {
        Headers headers =
                Headers.of("Date", "Wed, 01 Jan 2020 00:00:00 GMT", "Retry-After", "Wed, 01 Jan 2020 00:00:20 GMT");

        assertThat(RetryAfter.of(headers, CLOCK)).contains(Duration.ofSeconds(20));
    }

    @Test
    void isEmptyWithoutHeader() {
        assertThat(RetryAfter.of(Headers.of(), CLOCK)).isEqualTo(Optional.empty());
    }
}
