package io.sandboximage.buildkit.internal.solve;

import com.google.protobuf.Timestamp;
import io.sandboximage.buildkit.internal.proto.StatusResponse;
import io.sandboximage.buildkit.internal.proto.Vertex;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Times of a daemon by the clock here, which may show another time. The newest time that a message tells is about that of its
 * arrival; how far apart the clocks are is known best by the message that came soonest. Not thread-safe.
 */
final class DaemonClock {
    private @Nullable Duration ahead;

    /** A message has just arrived. */
    void hear(StatusResponse response) {
        Instant now = Instant.now();
        for (Vertex vertex : response.getVertexesList()) {
            if (vertex.hasStarted()) {
                compare(now, vertex.getStarted());
            }
            if (vertex.hasCompleted()) {
                compare(now, vertex.getCompleted());
            }
        }
    }

    private void compare(Instant now, Timestamp told) {
        Duration difference = Duration.between(instant(told), now);
        Duration known = ahead;
        if (known == null || difference.compareTo(known) < 0) {
            ahead = difference;
        }
    }

    /** The time by the clock here, never in the future; now where the daemon did not tell. */
    Instant here(Timestamp told) {
        Duration known = ahead;
        Instant now = Instant.now();
        if (known == null || told.equals(Timestamp.getDefaultInstance())) {
            return now;
        }
        Instant here = instant(told).plus(known);
        return here.isAfter(now) ? now : here;
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
