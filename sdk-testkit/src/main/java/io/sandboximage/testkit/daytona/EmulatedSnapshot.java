package io.sandboximage.testkit.daytona;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A snapshot and how far it is, by the scripted clock. Guarded by its store's lock. */
final class EmulatedSnapshot {
    private static final Duration FIRST_STEP = Duration.ofSeconds(2);

    final String id = UUID.randomUUID().toString();
    final String name;
    final Map<String, Object> request;
    final Instant created;
    SnapshotFate fate;
    String state = "pending";
    Instant updated;
    /** Since when it is worked on; activation begins again. */
    Instant begun;

    @Nullable
    String errorReason;

    @Nullable
    Instant removalEnds;

    boolean general;
    boolean deactivated;
    double size = 0.42;

    EmulatedSnapshot(String name, Map<String, Object> request, SnapshotFate fate, Instant now) {
        this.name = name;
        this.request = request;
        this.fate = fate;
        this.created = now;
        this.updated = now;
        this.begun = now;
    }

    boolean build() {
        return request.containsKey("buildInfo");
    }

    /** What it is built from; empty for images. */
    Map<?, ?> buildInfo() {
        return request.get("buildInfo") instanceof Map<?, ?> info ? info : Map.of();
    }

    boolean working() {
        return state.equals("pending") || state.equals("pulling") || state.equals("building");
    }

    Instant firstStep() {
        return begun.plus(fate.work().compareTo(FIRST_STEP) < 0 ? fate.work() : FIRST_STEP);
    }

    Instant lastStep() {
        return begun.plus(fate.work());
    }

    void become(String newState, Instant now) {
        state = newState;
        updated = now;
    }

    /** With the nulls and gaps of the live server. */
    Map<String, @Nullable Object> json(String organization) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("organizationId", organization);
        json.put("general", general);
        json.put("name", name);
        json.put("imageName", build() ? "" : String.valueOf(request.get("imageName")));
        json.put("state", state);
        boolean settled = state.equals("active");
        json.put("size", settled ? BigDecimal.valueOf(size) : null);
        json.put(
                "entrypoint",
                request.containsKey("entrypoint")
                        ? request.get("entrypoint")
                        : build() && settled ? List.of("sleep", "infinity") : null);
        json.put("cpu", request.getOrDefault("cpu", BigDecimal.ONE));
        json.put("gpu", request.getOrDefault("gpu", BigDecimal.ZERO));
        json.put("mem", request.getOrDefault("memory", BigDecimal.ONE));
        json.put("disk", request.getOrDefault("disk", BigDecimal.valueOf(3)));
        json.put("errorReason", errorReason);
        json.put("createdAt", created.toString());
        json.put("updatedAt", updated.toString());
        json.put("lastUsedAt", settled ? updated.toString() : null);
        json.put("regionIds", List.of(request.getOrDefault("regionId", "us")));
        json.put("sandboxClass", request.getOrDefault("sandboxClass", "container"));
        if (!working()) {
            json.put("ref", errorReason != null ? null : "registry.internal/daytona/daytona-" + id + ":daytona");
        }
        if (build()) {
            json.put("buildInfo", buildInfoJson());
        }
        return json;
    }

    private Map<String, @Nullable Object> buildInfoJson() {
        Map<String, @Nullable Object> info = new LinkedHashMap<>();
        Map<?, ?> given = buildInfo();
        info.put("dockerfileContent", given.get("dockerfileContent"));
        info.put("contextHashes", given.get("contextHashes"));
        info.put("createdAt", created.toString());
        info.put("updatedAt", updated.toString());
        info.put("snapshotRef", "daytona-" + id + ":daytona");
        return info;
    }
}
