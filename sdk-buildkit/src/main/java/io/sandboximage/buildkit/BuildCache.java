package io.sandboximage.buildkit;

import io.sandboximage.buildkit.internal.control.DaemonCalls;
import io.sandboximage.buildkit.internal.control.Replies;
import io.sandboximage.buildkit.internal.control.Times;
import io.sandboximage.buildkit.internal.proto.DiskUsageRequest;
import io.sandboximage.buildkit.internal.proto.PruneRequest;
import io.sandboximage.buildkit.internal.proto.UsageRecord;
import io.sandboximage.buildkit.internal.transport.ControlMethods;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The build cache of a daemon: what is in it, and removing it. Thread-safe. */
public final class BuildCache {
    private final DaemonCalls calls;

    BuildCache(DaemonCalls calls) {
        this.calls = calls;
    }

    /** @param filters entries must fit one of them; without any all are told */
    public List<CacheRecord> usage(String... filters) {
        DiskUsageRequest request =
                DiskUsageRequest.newBuilder().addAllFilter(List.of(filters)).build();
        return calls
                .unary("ask BuildKit for the size of its cache", ControlMethods.DISK_USAGE, request)
                .getRecordList()
                .stream()
                .map(BuildCache::record)
                .toList();
    }

    /** Removes, and tells what was removed. An interrupt stops it in the middle. */
    public List<CacheRecord> prune(CachePrune prune) {
        PruneRequest request = PruneRequest.newBuilder()
                .addAllFilter(prune.filters())
                .setAll(prune.all())
                .setKeepDuration(prune.unusedFor().toNanos())
                .setReservedSpace(prune.reservedBytes())
                .setMaxUsedSpace(prune.maxUsedBytes())
                .setMinFreeSpace(prune.minFreeBytes())
                .build();
        List<CacheRecord> removed = new ArrayList<>();
        try (Replies<UsageRecord> replies = calls.stream("prune BuildKit's cache", ControlMethods.PRUNE, request)) {
            replies.forEachRemaining(record -> removed.add(record(record)));
        }
        return removed;
    }

    private static CacheRecord record(UsageRecord record) {
        Optional<Instant> lastUsed =
                record.hasLastUsedAt() ? Optional.of(Times.instant(record.getLastUsedAt())) : Optional.empty();
        return new CacheRecord(
                record.getID(),
                record.getRecordType(),
                record.getDescription(),
                record.getSize(),
                record.getMutable(),
                record.getInUse(),
                record.getShared(),
                Times.instant(record.getCreatedAt()),
                lastUsed,
                record.getUsageCount(),
                record.getParentsList());
    }
}
