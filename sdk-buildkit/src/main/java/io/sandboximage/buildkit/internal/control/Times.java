package io.sandboximage.buildkit.internal.control;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Times as the daemon sends them. */
public final class Times {
    private Times() {}

    public static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
