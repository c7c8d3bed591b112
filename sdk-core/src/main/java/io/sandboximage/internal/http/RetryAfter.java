package io.sandboximage.internal.http;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * How long a server asks to wait. Understood: {@code Retry-After} as seconds, with a fraction, with a unit, as a date in the
 * three forms of RFC 9110 (section 5.6.7); {@code retry-after-ms} and {@code x-ms-retry-after-ms} (Azure);
 * {@code X-Retry-After} as a Unix time (Docker Hub); {@code Retry-After-<bucket>} (Daytona). What is negative or makes no sense is ignored.
 */
public final class RetryAfter {
    /** No longer wait is ever reported, whatever the server says. */
    public static final Duration MAX = Duration.ofHours(24);

    private static final String BUCKET = "Retry-After-";
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,40}(?:\\.[0-9]{1,40})?)\\s*(s|ms)?");
    // From here on a bare number is a moment (2001 or later), not an amount.
    private static final BigDecimal SMALLEST_EPOCH = BigDecimal.valueOf(1_000_000_000L);
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    // The day of the week is taken off first: nothing follows from it, and some servers get it wrong.
    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("d MMM yyyy HH:mm:ss", Locale.ENGLISH);
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss yyyy", Locale.ENGLISH);

    private RetryAfter() {}

    /** The wait that the headers ask for, from now; the server's own {@code Date} is used where there is one. */
    public static Optional<Duration> of(Headers headers, Clock clock) {
        return millis(headers.get("retry-after-ms"))
                .or(() -> millis(headers.get("x-ms-retry-after-ms")))
                .or(() -> parse(headers.get("Retry-After"), now(headers, clock)))
                .or(() -> parse(headers.get("X-Retry-After"), now(headers, clock)))
                .or(() -> ofBucket(headers, clock));
    }

    /** The longest wait of any bucket: which of them the request fell into is not said. */
    private static Optional<Duration> ofBucket(Headers headers, Clock clock) {
        return headers.names().stream()
                .filter(name -> name.regionMatches(true, 0, BUCKET, 0, BUCKET.length()))
                .flatMap(name -> parse(headers.get(name), now(headers, clock)).stream())
                .max(Comparator.naturalOrder());
    }

    private static Instant now(Headers headers, Clock clock) {
        String date = headers.get("Date");
        // A wait until a date is meant by the server's clock, which need not agree with ours.
        return Optional.ofNullable(date).flatMap(RetryAfter::date).orElseGet(clock::instant);
    }

    private static Optional<Duration> millis(@Nullable String text) {
        return text == null ? Optional.empty() : amount(text.strip() + "ms").map(RetryAfter::bounded);
    }

    private static Optional<Duration> parse(@Nullable String text, Instant now) {
        if (text == null) {
            return Optional.empty();
        }
        String value = text.strip();
        Optional<BigDecimal> seconds = amount(value);
        if (seconds.isPresent()) {
            BigDecimal amount = seconds.get();
            BigDecimal epoch = BigDecimal.valueOf(now.getEpochSecond());
            boolean moment = amount.compareTo(SMALLEST_EPOCH) >= 0
                    && amount.compareTo(epoch.add(BigDecimal.valueOf(MAX.toSeconds()))) <= 0;
            return Optional.of(bounded(moment ? amount.subtract(epoch).max(BigDecimal.ZERO) : amount));
        }
        return date(value).map(when -> {
            Duration wait = Duration.between(now, when);
            return wait.isNegative() ? Duration.ZERO : wait.compareTo(MAX) > 0 ? MAX : wait;
        });
    }

    /** In seconds. */
    private static Optional<BigDecimal> amount(String value) {
        Matcher matcher = AMOUNT.matcher(value.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal amount = new BigDecimal(matcher.group(1));
        return Optional.of("ms".equals(matcher.group(2)) ? amount.divide(THOUSAND, 9, RoundingMode.HALF_UP) : amount);
    }

    private static Duration bounded(BigDecimal seconds) {
        if (seconds.compareTo(BigDecimal.valueOf(MAX.toSeconds())) >= 0) {
            return MAX;
        }
        return Duration.ofNanos(seconds.movePointRight(9).longValue());
    }

    private static Optional<Instant> date(String value) {
        String bare = value.replaceFirst("^[A-Za-z]+,? ", "").replaceFirst("\\s+(GMT|UTC)$", "");
        return tryParse(IMF_FIXDATE, bare)
                .or(() -> tryParse(rfc850(), bare))
                .or(() -> tryParse(ASCTIME, bare))
                .or(() -> isoDate(value));
    }

    /** Two-digit years are those from 50 years ago to 49 years ahead (RFC 9110, section 5.6.7). */
    private static DateTimeFormatter rfc850() {
        return new DateTimeFormatterBuilder()
                .appendPattern("dd-MMM-")
                .appendValueReduced(
                        ChronoField.YEAR,
                        2,
                        2,
                        OffsetDateTime.now(ZoneOffset.UTC).getYear() - 50)
                .appendPattern(" HH:mm:ss")
                .toFormatter(Locale.ENGLISH);
    }

    private static Optional<Instant> tryParse(DateTimeFormatter format, String value) {
        try {
            return Optional.of(LocalDateTime.parse(value, format).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> isoDate(String value) {
        try {
            return Optional.of(OffsetDateTime.parse(value).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
