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
 * @param steps how each step ended that had ended when this was made; one that may fail and did is here only
 */
public record PipelineResult(
        Descriptor image, List<Delivery> deliveries, List<Snapshot> snapshots, List<StepReport> steps, Duration took) {
    public PipelineResult {
        deliveries = List.copyOf(deliveries);
        snapshots = List.copyOf(snapshots);
        steps = List.copyOf(steps);
    }

    /** A result without reports of its steps, for tests of recorders. */
    public PipelineResult(Descriptor image, List<Delivery> deliveries, List<Snapshot> snapshots, Duration took) {
        this(image, deliveries, snapshots, List.of(), took);
    }

    /** The first snapshot of a kind, for instance {@code ext4}. */
    public Optional<Snapshot> snapshot(String kind) {
        return snapshots.stream().filter(s -> s.kind().equals(kind)).findFirst();
    }
}
