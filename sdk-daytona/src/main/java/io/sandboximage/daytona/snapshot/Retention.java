package io.sandboximage.daytona.snapshot;

import io.sandboximage.error.InvalidRequestException;
import java.util.HashSet;
import java.util.Set;

/**
 * Which old snapshots stay; immutable. The current one, and those that sandboxes were made from, always do.
 *
 * @param newest how many of the newest stay, the current one included; at least 1
 * @param kept names that stay besides
 */
public record Retention(int newest, Set<String> kept) {
    public Retention {
        if (newest < 1) {
            throw new InvalidRequestException("At least one snapshot must stay, not " + newest);
        }
        kept = Set.copyOf(kept);
    }

    public static Retention newest(int count) {
        return new Retention(count, Set.of());
    }

    /** Never removes this one. */
    public Retention keep(String name) {
        Set<String> more = new HashSet<>(kept);
        more.add(name);
        return new Retention(newest, more);
    }
}
