package io.sandboximage.daytona.snapshot;

import io.sandboximage.error.InvalidRequestException;
import java.util.Optional;

/**
 * Which snapshots to list, and in which order; immutable, each step gives a new value.
 *
 * @param name part of the name, whatever the case
 * @param sort what to sort by
 * @param pageSize how many to ask for at a time, 1 to 200
 */
public record SnapshotQuery(
        Optional<String> name, Sort sort, boolean ascending, Optional<String> sourceSandboxId, int pageSize) {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 200;

    /** What snapshots can be sorted by. */
    public enum Sort {
        NAME("name"),
        STATE("state"),
        LAST_USED("lastUsedAt"),
        CREATED("createdAt");

        private final String parameter;

        Sort(String parameter) {
            this.parameter = parameter;
        }

        /** As the API spells it. */
        public String parameter() {
            return parameter;
        }
    }

    public SnapshotQuery {
        if (pageSize < 1 || pageSize > MAX_PAGE) {
            throw new InvalidRequestException(
                    "Pages of " + pageSize + " snapshots are not possible: choose 1 to " + MAX_PAGE);
        }
    }

    /** All snapshots, the newest first. */
    public static SnapshotQuery all() {
        return new SnapshotQuery(Optional.empty(), Sort.CREATED, false, Optional.empty(), DEFAULT_PAGE);
    }

    /** Those with {@code part} in their name. */
    public static SnapshotQuery named(String part) {
        return all().name(part);
    }

    public SnapshotQuery name(String part) {
        return new SnapshotQuery(Optional.of(part), sort, ascending, sourceSandboxId, pageSize);
    }

    public SnapshotQuery sortedBy(Sort newSort, boolean rising) {
        return new SnapshotQuery(name, newSort, rising, sourceSandboxId, pageSize);
    }

    /** Those that were taken from a sandbox. */
    public SnapshotQuery ofSandbox(String sandboxId) {
        return new SnapshotQuery(name, sort, ascending, Optional.of(sandboxId), pageSize);
    }

    public SnapshotQuery pageSize(int size) {
        return new SnapshotQuery(name, sort, ascending, sourceSandboxId, size);
    }
}
