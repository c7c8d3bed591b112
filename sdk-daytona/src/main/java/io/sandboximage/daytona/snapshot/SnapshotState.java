package io.sandboximage.daytona.snapshot;

import java.util.Set;

/**
 * The state of a snapshot. Values that are newer than this client are kept as they are and count as being under way.
 *
 * @param value as the API spells it
 */
public record SnapshotState(String value) {
    public static final SnapshotState PENDING = new SnapshotState("pending");
    public static final SnapshotState PULLING = new SnapshotState("pulling");
    public static final SnapshotState BUILDING = new SnapshotState("building");
    public static final SnapshotState SNAPSHOTTING = new SnapshotState("snapshotting");
    public static final SnapshotState ACTIVE = new SnapshotState("active");
    public static final SnapshotState INACTIVE = new SnapshotState("inactive");
    public static final SnapshotState ERROR = new SnapshotState("error");
    public static final SnapshotState BUILD_FAILED = new SnapshotState("build_failed");
    public static final SnapshotState REMOVING = new SnapshotState("removing");

    private static final Set<SnapshotState> SETTLED = Set.of(ACTIVE, INACTIVE, ERROR, BUILD_FAILED, REMOVING);

    /** Whether sandboxes can start from it. */
    public boolean active() {
        return equals(ACTIVE);
    }

    /** Whether making it failed. */
    public boolean failed() {
        return equals(ERROR) || equals(BUILD_FAILED);
    }

    /** Whether it changes no more by itself towards {@link #ACTIVE}. */
    public boolean settled() {
        return SETTLED.contains(this);
    }

    @Override
    public String toString() {
        return value;
    }
}
