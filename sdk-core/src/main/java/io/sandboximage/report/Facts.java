package io.sandboximage.report;

import java.util.Map;

/** Reads values of facts, which may be anybody's. */
final class Facts {
    private Facts() {}

    /** A count; 0 where it lacks or is none. */
    static long number(Map<String, String> values, String name) {
        try {
            return Math.max(0, Long.parseLong(values.getOrDefault(name, "0")));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
