package io.sandboximage.report;

import io.sandboximage.internal.text.Units;
import java.time.Duration;

/** Differences to the previous run, in words. */
final class Differences {
    /** Less is noise. */
    private static final Duration NOTHING = Duration.ofMillis(50);

    private Differences() {}

    static String time(Duration more) {
        if (more.abs().compareTo(NOTHING) < 0) {
            return "no longer";
        }
        return Units.time(more.abs()) + (more.isNegative() ? " shorter" : " longer");
    }

    static String bytes(long more) {
        if (more == 0) {
            return "as large as before";
        }
        return Units.bytes(Math.abs(more)) + (more < 0 ? " smaller" : " larger");
    }
}
