package io.sandboximage.golden.build;

import java.util.List;
import java.util.Optional;

/**
 * What changed since a golden cache was built.
 *
 * @param generation that was compared; empty if there is none
 * @param changes empty if nothing did: then what the golden holds is what a build would give
 */
public record GoldenStaleness(Optional<String> generation, List<Change> changes) {
    public GoldenStaleness {
        changes = List.copyOf(changes);
    }

    /** Whether there is a golden that nothing changed since; a session can skip its builder then. */
    public boolean fresh() {
        return generation.isPresent() && changes.isEmpty();
    }

    /**
     * An input that changed.
     *
     * @param built its state when the golden was built; empty if it was no input then
     * @param now its state; empty if it could not be told, or it is no input any more
     * @param reason why it could not be told; empty otherwise
     */
    public record Change(String input, Optional<String> built, Optional<String> now, String reason) {}
}
