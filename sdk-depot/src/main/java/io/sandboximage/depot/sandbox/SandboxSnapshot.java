package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.sandbox.Snapshot;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What Depot says of a snapshot of a sandbox at one point in time.
 *
 * @param imageReference with digest, once it is ready: sandboxes boot from it as from an image
 * @param errorMessage why it failed
 */
public record SandboxSnapshot(
        String id,
        String organization,
        String sandbox,
        Status status,
        Optional<String> name,
        Optional<String> imageReference,
        OptionalLong sizeBytes,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<String> errorMessage) {

    /** How far it is. */
    public enum Status {
        CAPTURING,
        READY,
        FAILED,
        /** A state that this SDK does not know, or none. */
        UNKNOWN
    }

    static SandboxSnapshot of(Snapshot snapshot) {
        return new SandboxSnapshot(
                snapshot.getSnapshotId(),
                snapshot.getOrganizationId(),
                snapshot.getSourceSandboxId(),
                switch (snapshot.getStatus()) {
                    case SNAPSHOT_STATUS_CAPTURING -> Status.CAPTURING;
                    case SNAPSHOT_STATUS_READY -> Status.READY;
                    case SNAPSHOT_STATUS_FAILED -> Status.FAILED;
                    case SNAPSHOT_STATUS_UNSPECIFIED, UNRECOGNIZED -> Status.UNKNOWN;
                },
                snapshot.hasName() ? Optional.of(snapshot.getName()) : Optional.empty(),
                snapshot.hasImageRef() ? Optional.of(snapshot.getImageRef()) : Optional.empty(),
                snapshot.hasSizeBytes() ? OptionalLong.of(snapshot.getSizeBytes()) : OptionalLong.empty(),
                Times.of(snapshot.getCreatedAt()),
                Times.optional(snapshot.hasExpiresAt(), snapshot.getExpiresAt()),
                snapshot.hasErrorMessage() ? Optional.of(snapshot.getErrorMessage()) : Optional.empty());
    }
}
