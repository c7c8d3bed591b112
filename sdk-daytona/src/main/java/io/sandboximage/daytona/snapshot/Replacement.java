package io.sandboximage.daytona.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * What {@code replace} or {@code rollback} did.
 *
 * @param current the version that is current now, active
 * @param previous the one that was current before; empty if there was none
 * @param reused whether the current version was there already
 * @param removed names of old versions that were removed
 */
public record Replacement(
        DaytonaSnapshot current, Optional<DaytonaSnapshot> previous, boolean reused, List<String> removed) {
    public Replacement {
        removed = List.copyOf(removed);
    }
}
