package io.sandboximage.depot.internal.client;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Optional;

/** Points in time as messages hold them. */
public final class Times {
    private Times() {}

    public static Instant of(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    /** @param present whether the message has it */
    public static Optional<Instant> optional(boolean present, Timestamp time) {
        return present ? Optional.of(of(time)) : Optional.empty();
    }

    public static Timestamp of(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
