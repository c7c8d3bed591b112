package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.JsonLenient;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotResources;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.internal.json.JsonView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** Snapshots as the server writes them. */
final class SnapshotJson {
    private SnapshotJson() {}

    static DaytonaSnapshot parse(JsonView json, String what) {
        Instant created = JsonLenient.instant(json, "createdAt").orElse(Instant.EPOCH);
        return new DaytonaSnapshot(
                JsonLenient.required(json, "id", what),
                JsonLenient.required(json, "name", what),
                new SnapshotState(JsonLenient.required(json, "state", what)),
                JsonLenient.text(json, "imageName"),
                JsonLenient.object(json, "buildInfo").map(SnapshotJson::build),
                JsonLenient.text(json, "errorReason"),
                size(json),
                JsonLenient.texts(json, "entrypoint"),
                new SnapshotResources(
                        count(json, "cpu"), count(json, "mem"), count(json, "disk"), Math.min(count(json, "gpu"), 1)),
                JsonLenient.texts(json, "regionIds"),
                JsonLenient.text(json, "sandboxClass"),
                JsonLenient.flag(json, "general"),
                created,
                JsonLenient.instant(json, "updatedAt").orElse(created),
                JsonLenient.instant(json, "lastUsedAt"));
    }

    private static DaytonaSnapshot.Build build(JsonView json) {
        return new DaytonaSnapshot.Build(
                json.members().get("dockerfileContent") instanceof String text ? text : "",
                JsonLenient.texts(json, "contextHashes"));
    }

    private static OptionalDouble size(JsonView json) {
        Optional<BigDecimal> size = JsonLenient.number(json, "size");
        return size.isPresent() ? OptionalDouble.of(size.get().doubleValue()) : OptionalDouble.empty();
    }

    private static int count(JsonView json, String name) {
        return Math.max(JsonLenient.count(json, name), 0);
    }
}
