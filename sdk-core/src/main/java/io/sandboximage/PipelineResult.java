package io.sandboximage;

import io.sandboximage.image.Descriptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a pipeline made.
 *
 * @param image root descriptor of the image
 * @param deliveries one a sink, in the order in which they were given
 * @param snapshots one a snapshotter, in the order in which they were given
 */
public record PipelineResult(Descriptor image, List<Delivery> deliveries, List<Snapshot> snapshots, Duration took) {
    public PipelineResult {
        deliveries = List.copyOf(deliveries);
        snapshots = List.copyOf(snapshots);
    }

    /** The first snapshot of a kind, for instance {@code ext4}. */
    public Optional<Snapshot> snapshot(String kind) {
        return snapshots.stream().filter(s -> s.kind().equals(kind)).findFirst();
    }
}
