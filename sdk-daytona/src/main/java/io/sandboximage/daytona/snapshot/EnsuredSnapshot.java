package io.sandboximage.daytona.snapshot;

import io.sandboximage.Delivery;
import java.util.Optional;

/**
 * What {@code ensure} did.
 *
 * @param snapshot active
 * @param outcome what had to be done for it
 * @param push the transfer to Daytona's registry, where there was one
 */
public record EnsuredSnapshot(DaytonaSnapshot snapshot, Outcome outcome, Optional<Delivery> push) {
    /** What had to be done. */
    public enum Outcome {
        /** It was there and active. */
        REUSED,
        /** It was there and inactive. */
        ACTIVATED,
        /** Somebody else was making it; it was waited for. */
        JOINED,
        CREATED,
        /** A failed one stood in its place and was removed. */
        RECREATED
    }

    public boolean reused() {
        return outcome == Outcome.REUSED;
    }
}
