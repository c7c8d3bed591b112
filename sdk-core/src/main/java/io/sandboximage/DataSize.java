package io.sandboximage;

import io.sandboximage.error.InvalidRequestException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it.
 *
 * @param bytes not negative
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([kmgtp]?)(ib|b)?");
    private static final String UNITS = "kmgtp";
    private static final int BINARY = 1024;
    private static final int DECIMAL = 1000;

    /** @throws InvalidRequestException if {@code bytes} is negative */
    public DataSize {
        if (bytes < 0) {
            throw new InvalidRequestException("A size of " + bytes + " bytes is not possible");
        }
    }

    public static DataSize ofBytes(long bytes) {
        return new DataSize(bytes);
    }

    /**
     * Parses {@code 10GiB}, {@code 512MB}, {@code 1.5G} or {@code 4096}: units with {@code iB}, or a letter alone, count in steps of
     * 1024; with {@code B} in steps of 1000. Case does not matter; fractions of a byte are cut off.
     *
     * @throws InvalidRequestException for anything else
     */
    public static DataSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            String unit = matcher.group(2);
            String suffix = matcher.group(3);
            if (!(unit.isEmpty() && "ib".equals(suffix))) {
                int step = "b".equals(suffix) ? DECIMAL : BINARY;
                BigDecimal factor = BigDecimal.valueOf(step).pow(unit.isEmpty() ? 0 : UNITS.indexOf(unit) + 1);
                BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(factor);
                if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
                    return new DataSize(bytes.setScale(0, RoundingMode.DOWN).longValueExact());
                }
            }
        }
        throw new InvalidRequestException(
                "\"" + text + "\" is not a size: write a number and a unit, for instance 10GiB, 512MB or 1.5G");
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** For people, in binary units with one decimal where it helps: {@code 1.5 GiB}. */
    @Override
    public String toString() {
        long unit = 1;
        int index = -1;
        while (bytes / unit >= BINARY && index < UNITS.length() - 1) {
            unit *= BINARY;
            index++;
        }
        if (index < 0) {
            return bytes + " B";
        }
        BigDecimal value = BigDecimal.valueOf(bytes)
                .divide(BigDecimal.valueOf(unit), 1, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        String prefix = UNITS.substring(index, index + 1).toUpperCase(Locale.ROOT);
        return value.toPlainString() + " " + prefix + "iB";
    }
}
