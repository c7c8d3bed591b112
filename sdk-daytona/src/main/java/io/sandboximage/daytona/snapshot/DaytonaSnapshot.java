package io.sandboximage.daytona.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A snapshot as the server describes it.
 *
 * @param id UUID
 * @param image reference that it was made from; empty for Dockerfile builds
 * @param build what it was built from; empty for images
 * @param errorReason why it failed; also kept after it left the failed state
 * @param sizeGb size in GB, known once it was active
 * @param entrypoint what sandboxes run; empty for the image's or server's own
 * @param regions where it is
 * @param sandboxClass for instance {@code container}
 * @param general whether it is shared with all organisations and not ours to change
 * @param lastUsedAt when a sandbox was last made from it
 */
public record DaytonaSnapshot(
        String id,
        String name,
        SnapshotState state,
        Optional<String> image,
        Optional<Build> build,
        Optional<String> errorReason,
        OptionalDouble sizeGb,
        List<String> entrypoint,
        SnapshotResources resources,
        List<String> regions,
        Optional<String> sandboxClass,
        boolean general,
        Instant createdAt,
        Instant updatedAt,
        Optional<Instant> lastUsedAt) {
    public DaytonaSnapshot {
        entrypoint = List.copyOf(entrypoint);
        regions = List.copyOf(regions);
    }

    /**
     * What a snapshot was built from.
     *
     * @param dockerfile the text
     * @param contextHashes names of its contexts in the object storage
     */
    public record Build(String dockerfile, List<String> contextHashes) {
        public Build {
            contextHashes = List.copyOf(contextHashes);
        }
    }
}
