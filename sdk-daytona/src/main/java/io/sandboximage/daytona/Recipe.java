package io.sandboximage.daytona;

import io.sandboximage.Delivery;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.progress.ProgressTask;
import java.util.Map;
import java.util.Optional;

/** How the content of a snapshot gets to Daytona, and how to tell it there. Used for one snapshot, by one thread. */
interface Recipe {
    /** The same text for the same content, whatever it is called. */
    String fingerprint();

    /** In what way the snapshot was made from other content; empty if it was made from this. */
    Optional<String> difference(DaytonaSnapshot there);

    /** Sends what Daytona needs, and gives the members of the request that name it. May be called again. */
    Map<String, Object> prepare(SnapshotSpec spec, ProgressTask progress);

    /** Whether {@link #prepare} puts an image where the server may remove it. */
    default boolean sendsItsImage() {
        return false;
    }

    /** The transfer to Daytona's registry, after {@link #prepare}, where there was one. */
    default Optional<Delivery> delivery() {
        return Optional.empty();
    }
}
