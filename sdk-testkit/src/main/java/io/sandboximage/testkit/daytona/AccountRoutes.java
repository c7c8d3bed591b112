package io.sandboximage.testkit.daytona;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /api-keys/current} and {@code /organizations}. */
final class AccountRoutes {
    private final Guard guard;
    private final SnapshotStore snapshots;
    private final Map<String, Integer> limits;

    AccountRoutes(Guard guard, SnapshotStore snapshots, Map<String, Integer> limits) {
        this.guard = guard;
        this.snapshots = snapshots;
        this.limits = limits;
    }

    @Nullable
    Answer answer(ApiCall call) {
        List<String> path = call.segments();
        if (!call.method().equals("GET")) {
            return null;
        }
        if (path.equals(List.of("api-keys", "current"))) {
            guard.requireKey(call);
            Map<String, @Nullable Object> key = new LinkedHashMap<>();
            key.put("name", "test key");
            key.put("value", "dtn_********");
            key.put("createdAt", "2026-01-01T00:00:00.000Z");
            key.put("permissions", List.copyOf(guard.permissions()));
            key.put("lastUsedAt", null);
            key.put("expiresAt", null);
            key.put("userId", "user");
            return Answer.json(200, key);
        }
        guard.requireUser(call);
        if (path.equals(List.of("organizations", Guard.ORGANIZATION))) {
            return Answer.json(
                    200,
                    Map.of(
                            "id",
                            Guard.ORGANIZATION,
                            "maxCpuPerSandbox",
                            limit("cpu"),
                            "maxMemoryPerSandbox",
                            limit("memory"),
                            "maxDiskPerSandbox",
                            limit("disk")));
        }
        if (path.equals(List.of("organizations", Guard.ORGANIZATION, "usage"))) {
            long used = snapshots.all().stream()
                    .filter(s -> s.working() || s.state.equals("active"))
                    .count();
            return Answer.json(
                    200,
                    Map.of("totalSnapshotQuota", limit("snapshots"), "currentSnapshotUsage", BigDecimal.valueOf(used)));
        }
        return null;
    }

    private BigDecimal limit(String name) {
        return BigDecimal.valueOf(limits.getOrDefault(name, 1000));
    }
}
