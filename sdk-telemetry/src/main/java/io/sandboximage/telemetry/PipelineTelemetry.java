package io.sandboximage.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.sandboximage.progress.ProgressListener;

/**
 * Makes traces and metrics of runs from their events. One object serves a whole program:
 *
 * <pre>{@code
 * PipelineTelemetry telemetry = PipelineTelemetry.of(openTelemetry);
 * …
 * SandboxImagePipeline.builder()
 *         …
 *         .progress(telemetry.listener())
 *         .run();
 * }</pre>
 *
 * <p>Spans: the run, its steps, and their parts, such as the steps of a build and the blobs of a transfer. A failure is their status
 * with the first line of its message, a warning an event. BuildKit gets the context of the build's span, so that the daemon's own
 * spans join the trace.
 *
 * <p>Metrics:
 *
 * <ul>
 *   <li>{@code sandboximage.run.duration}, a histogram in seconds, by {@code sandboximage.outcome},
 *   <li>{@code sandboximage.step.duration}, a histogram in seconds, by {@code sandboximage.step.kind} and
 *       {@code sandboximage.outcome},
 *   <li>{@code sandboximage.build.steps}, a count of build steps by {@code sandboximage.outcome}; {@code cached} are the hits,
 *   <li>{@code sandboximage.transfer.size}, a count of bytes by {@code sandboximage.transfer.way}: {@code copied}, or spared as
 *       {@code mounted} or {@code present}.
 * </ul>
 *
 * <p>Outcomes are {@code done}, {@code cached}, {@code failed} and {@code cancelled}. Thread-safe.
 */
public final class PipelineTelemetry {
    private static final String SCOPE = "io.sandboximage";

    private final Tracer tracer;
    private final Meters meters;

    private PipelineTelemetry(OpenTelemetry openTelemetry) {
        this.tracer = openTelemetry.getTracer(SCOPE);
        this.meters = new Meters(openTelemetry.getMeter(SCOPE));
    }

    public static PipelineTelemetry of(OpenTelemetry openTelemetry) {
        return new PipelineTelemetry(openTelemetry);
    }

    /** A listener for one run after the other, not several at once; their spans are below the span that is current now. */
    public ProgressListener listener() {
        return listener(Context.current());
    }

    /** @param parent whose span the runs' are below */
    public ProgressListener listener(Context parent) {
        return new SpanListener(tracer, meters, parent);
    }
}
