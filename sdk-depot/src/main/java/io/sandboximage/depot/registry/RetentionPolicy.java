package io.sandboximage.depot.registry;

import io.sandboximage.error.InvalidRequestException;
import java.util.OptionalInt;

/**
 * What a repository keeps; older images are deleted by Depot.
 *
 * @param enabled whether anything is deleted at all
 * @param keepCount how many of the newest tags stay
 * @param keepDays how long images stay
 */
public record RetentionPolicy(boolean enabled, OptionalInt keepCount, OptionalInt keepDays) {
    /** @throws InvalidRequestException if a number is not positive */
    public RetentionPolicy {
        if (keepCount.orElse(1) < 1 || keepDays.orElse(1) < 1) {
            throw new InvalidRequestException("A retention of " + keepCount + " tags and " + keepDays
                    + " days would keep nothing: both numbers are at least 1");
        }
    }

    /** The newest tags stay. */
    public static RetentionPolicy newest(int tags) {
        return new RetentionPolicy(true, OptionalInt.of(tags), OptionalInt.empty());
    }

    /** Images stay for so long. */
    public static RetentionPolicy days(int days) {
        return new RetentionPolicy(true, OptionalInt.empty(), OptionalInt.of(days));
    }

    /** Everything stays. */
    public static RetentionPolicy everything() {
        return new RetentionPolicy(false, OptionalInt.empty(), OptionalInt.empty());
    }
}
