package io.sandboximage.depot.sandbox;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Optional;

/** Points in time as protobuf has them. */
final class Times {
    private Times() {}

    static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    static Optional<Instant> optional(boolean present, Timestamp time) {
        return present ? Optional.of(instant(time)) : Optional.empty();
    }

    static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
