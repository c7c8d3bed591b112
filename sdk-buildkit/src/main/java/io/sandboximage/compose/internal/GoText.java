package io.sandboximage.compose.internal;

import io.sandboximage.error.InvalidRequestException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Values of YAML as text, in the form that compose's language gives them. */
public final class GoText {
    private static final double SMALLEST_PLAIN = 1e-4;
    private static final double LARGEST_PLAIN = 1e21;

    private GoText() {}

    /** @throws InvalidRequestException for a list or mapping, and for numbers with an exponent */
    public static String of(@Nullable Object value, String where) {
        if (value instanceof Double number) {
            return of((double) number, where);
        }
        if (value instanceof String || value instanceof Long || value instanceof Boolean) {
            return value.toString();
        }
        throw new InvalidRequestException(where + " has to be a string, a number or a boolean");
    }

    private static String of(double number, String where) {
        double size = Math.abs(number);
        if (number == 0 || (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN)) {
            return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
        }
        throw new InvalidRequestException(where + " is the number " + number + ": put it into quotes");
    }
}
