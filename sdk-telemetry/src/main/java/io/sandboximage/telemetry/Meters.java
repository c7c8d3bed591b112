package io.sandboximage.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;

/** The instruments. */
final class Meters {
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("sandboximage.outcome");
    static final AttributeKey<String> KIND = AttributeKey.stringKey("sandboximage.step.kind");
    private static final AttributeKey<String> WAY = AttributeKey.stringKey("sandboximage.transfer.way");
    private static final double NANOS = 1e9;

    private final DoubleHistogram runs;
    private final DoubleHistogram steps;
    private final LongCounter buildSteps;
    private final LongCounter bytes;

    Meters(Meter meter) {
        runs = meter.histogramBuilder("sandboximage.run.duration")
                .setUnit("s")
                .setDescription("How long runs took")
                .build();
        steps = meter.histogramBuilder("sandboximage.step.duration")
                .setUnit("s")
                .setDescription("How long the steps of runs took")
                .build();
        buildSteps = meter.counterBuilder("sandboximage.build.steps")
                .setUnit("{step}")
                .setDescription("Steps of builds, done or taken from the cache")
                .build();
        bytes = meter.counterBuilder("sandboximage.transfer.size")
                .setUnit("By")
                .setDescription("Bytes of blobs that were transferred, and that did not have to be")
                .build();
    }

    void run(Duration took, String outcome) {
        runs.record(took.toNanos() / NANOS, Attributes.of(OUTCOME, outcome));
    }

    void step(Duration took, String kind, String outcome) {
        steps.record(took.toNanos() / NANOS, Attributes.of(KIND, kind, OUTCOME, outcome));
    }

    void buildStep(String outcome) {
        buildSteps.add(1, Attributes.of(OUTCOME, outcome));
    }

    void bytes(long count, String way) {
        if (count > 0) {
            bytes.add(count, Attributes.of(WAY, way));
        }
    }
}
