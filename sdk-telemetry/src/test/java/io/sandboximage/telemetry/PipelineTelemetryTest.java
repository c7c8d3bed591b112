package io.sandboximage.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.sandboximage.error.CancelledException;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressFacts;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PipelineTelemetryTest {
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
    private final PipelineTelemetry telemetry = PipelineTelemetry.of(sdk);

    @Test
    void runItsStepsAndThoseOfTheBuildAreSpansOfOneTrace() {
        List<ProgressEvent> events = new ArrayList<>();
        tell(Progress.combine(events::add, telemetry.listener()));

        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder("pipeline", "build", "COPY a", "RUN b", "to registry", "copy 1", "deep RUN");
        SpanData run = span("pipeline");
        assertThat(spans.getFinishedSpanItems())
                .allSatisfy(s -> assertThat(s.getTraceId()).isEqualTo(run.getTraceId()));
        assertThat(span("build").getParentSpanId()).isEqualTo(run.getSpanId());
        assertThat(span("COPY a").getParentSpanId()).isEqualTo(span("build").getSpanId());
        assertThat(span("deep RUN").getParentSpanId()).isEqualTo(span("RUN b").getSpanId());
        assertThat(span("COPY a").getAttributes().asMap().toString())
                .contains("sandboximage.outcome=cached", "sandboximage.vertex.digest=sha256:1");
        // Its times are those of the events, not of the telling.
        ProgressEvent.Started started = (ProgressEvent.Started) events.get(0);
        assertThat(run.getStartEpochNanos())
                .isEqualTo(started.at().getEpochSecond() * 1_000_000_000L
                        + started.at().getNano());
    }

    @Test
    void failureIsTheStatusOfItsSpansByItsFirstLine() {
        ProgressTask root = ProgressTask.root(telemetry.listener(), "pipeline");
        ProgressTask step = step(root, "build", "image");
        step.warn("slow");
        step.failed(new IllegalStateException("exit code 1\nsecret output"));
        step(root, "other", "snapshot").failed(new CancelledException("stopped"));
        root.failed(new IllegalStateException("exit code 1\nsecret output"));

        assertThat(span("build").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span("build").getStatus().getDescription()).isEqualTo("exit code 1");
        assertThat(span("build").getEvents()).singleElement().asString().contains("slow");
        assertThat(span("other").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(spans.getFinishedSpanItems().toString()).doesNotContain("secret output");
    }

    @Test
    void metricsCountTimeBytesAndHits() {
        tell(telemetry.listener());
        List<MetricData> all = List.copyOf(metrics.collectAllMetrics());
        assertThat(counts(all, "sandboximage.build.steps"))
                .containsOnly(Map.entry("cached", 1L), Map.entry("done", 2L));
        assertThat(counts(all, "sandboximage.transfer.size"))
                .containsOnly(Map.entry("copied", 30L), Map.entry("present", 70L));
        assertThat(metric(all, "sandboximage.run.duration").getHistogramData().getPoints())
                .singleElement()
                .satisfies(point -> assertThat(point.getCount()).isEqualTo(1));
        assertThat(metric(all, "sandboximage.step.duration").getHistogramData().getPoints())
                .extracting(point -> point.getAttributes().get(Meters.KIND))
                .containsExactlyInAnyOrder("image", "destination");
    }

    @Test
    void runsAreBelowTheSpanThatIsCurrent() {
        Span request = sdk.getTracer("test").spanBuilder("request").startSpan();
        ProgressListener listener =
                Context.root().with(request).wrapSupplier(telemetry::listener).get();
        ProgressTask.root(listener, "pipeline").done();
        assertThat(span("pipeline").getParentSpanId())
                .isEqualTo(request.getSpanContext().getSpanId());
    }

    @Test
    void contextForOthersIsThatOfTheNearestSpan() {
        ProgressTask root = ProgressTask.root(Progress.combine(event -> {}, telemetry.listener()), "pipeline");
        ProgressTask step = root.child("build");
        ProgressTask part = step.child("part");
        ProgressTask deep = part.child("deep", ProgressUnit.BYTES, 7);
        String ofPart = part.traceParent().orElseThrow();
        assertThat(ofPart).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-9]");
        assertThat(deep.traceParent()).contains(ofPart);
        assertThat(step.traceParent()).isPresent().isNotEqualTo(part.traceParent());
        part.done();
        assertThat(ofPart).contains(span("part").getSpanId());
        root.done();
        // Whoever does not make traces has nothing to hand on.
        ProgressTask untraced =
                ProgressTask.root(PipelineTelemetry.of(OpenTelemetry.noop()).listener(Context.root()), "pipeline");
        assertThat(untraced.traceParent()).isEmpty();
        assertThat(ProgressTask.silent().traceParent()).isEmpty();
    }

    private static void tell(ProgressListener listener) {
        ProgressTask root = ProgressTask.root(listener, "pipeline");
        ProgressTask build = step(root, "build", "image");
        vertex(build, "COPY a").cached("");
        ProgressTask ran = vertex(build, "RUN b");
        ProgressTask group = ran.child("quiet", ProgressUnit.BYTES, 10);
        group.done();
        vertex(ran, "deep RUN").done();
        ran.done();
        build.done();
        ProgressTask sink = step(root, "to registry", "destination");
        ProgressTask blob = sink.child("copy 1", ProgressUnit.BYTES, 70);
        blob.fact(ProgressFacts.BLOB, Map.of(ProgressFacts.SIZE_BYTES, "70", ProgressFacts.WAY, "present"));
        blob.cached("there already");
        sink.fact(ProgressFacts.DELIVERY, Map.of(ProgressFacts.BYTES_COPIED, "30"));
        sink.done();
        root.done();
    }

    private static ProgressTask step(ProgressTask root, String label, String kind) {
        ProgressTask step = root.child(label);
        step.fact(ProgressFacts.STEP, Map.of(ProgressFacts.KIND, kind, ProgressFacts.NAME, label));
        return step;
    }

    private static ProgressTask vertex(ProgressTask parent, String label) {
        ProgressTask vertex = parent.child(label);
        vertex.fact(ProgressFacts.VERTEX, Map.of(ProgressFacts.DIGEST, "sha256:1", ProgressFacts.INPUTS, ""));
        return vertex;
    }

    private SpanData span(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(s -> s.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static MetricData metric(List<MetricData> all, String name) {
        return all.stream().filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
    }

    private static Map<String, Long> counts(List<MetricData> all, String name) {
        Map<String, Long> counts = new HashMap<>();
        metric(all, name)
                .getLongSumData()
                .getPoints()
                .forEach(point -> counts.put(
                        String.valueOf(point.getAttributes()
                                .asMap()
                                .values()
                                .iterator()
                                .next()),
                        point.getValue()));
        return counts;
    }
}
