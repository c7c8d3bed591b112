package io.sandboximage.progress;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A short run, told in events with fixed times. */
final class Story {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Story() {}

    static Instant at(long millis) {
        return START.plusMillis(millis);
    }

    static List<ProgressEvent> beginning() {
        return List.of(
                new ProgressEvent.Started(
                        0, at(0), Optional.empty(), "pipeline", ProgressUnit.STEPS, OptionalLong.empty()),
                new ProgressEvent.Started(
                        1, at(100), Optional.of(0L), "to oci:out:v1", ProgressUnit.STEPS, OptionalLong.empty()),
                new ProgressEvent.Started(
                        2,
                        at(200),
                        Optional.of(1L),
                        "copy layer 0123456789ab",
                        ProgressUnit.BYTES,
                        OptionalLong.of(12 << 20)),
                new ProgressEvent.Started(
                        3, at(200), Optional.of(1L), "copy config\u001b[2J", ProgressUnit.BYTES, OptionalLong.of(700)));
    }

    static List<ProgressEvent> middle() {
        return List.of(
                new ProgressEvent.Advanced(2, at(10_300), 3 << 20, OptionalLong.of(12 << 20)),
                new ProgressEvent.Message(2, at(10_400), ProgressEvent.Level.WARNING, "connection reset, resuming"),
                new ProgressEvent.Finished(3, at(10_500), ProgressEvent.Outcome.DONE, "", 700));
    }

    static List<ProgressEvent> end() {
        return List.of(
                new ProgressEvent.Finished(2, at(12_000), ProgressEvent.Outcome.DONE, "", 12 << 20),
                new ProgressEvent.Finished(1, at(12_100), ProgressEvent.Outcome.DONE, "2 blobs copied", 0),
                new ProgressEvent.Started(
                        4, at(12_100), Optional.of(0L), "record", ProgressUnit.STEPS, OptionalLong.empty()),
                new ProgressEvent.Finished(4, at(12_200), ProgressEvent.Outcome.FAILED, "disk full", 0),
                new ProgressEvent.Finished(0, at(72_200), ProgressEvent.Outcome.FAILED, "disk full", 0));
    }
}
