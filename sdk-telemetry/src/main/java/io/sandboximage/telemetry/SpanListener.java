package io.sandboximage.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressFacts;
import io.sandboximage.progress.ProgressListener;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Opens and ends the spans of one run, and counts. */
final class SpanListener implements ProgressListener {
    /** The run, its steps and their parts; what is deeper gets a span where it is a step of a build. */
    private static final int SPAN_DEPTH = 2;

    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("message");
    private static final String PREFIX = "sandboximage.";

    private final Tracer tracer;
    private final Meters meters;
    private final Context above;
    private final Map<Long, TaskSpan> tasks = new ConcurrentHashMap<>();

    SpanListener(Tracer tracer, Meters meters, Context above) {
        this.tracer = tracer;
        this.meters = meters;
        this.above = above;
    }

    @Override
    public void onEvent(ProgressEvent event) {
        if (event instanceof ProgressEvent.Started started) {
            start(started);
            return;
        }
        TaskSpan task = tasks.get(event.task());
        if (task == null) {
            return;
        }
        if (event instanceof ProgressEvent.Fact fact) {
            fact(task, fact);
        } else if (event instanceof ProgressEvent.Message message) {
            message(task, message);
        } else if (event instanceof ProgressEvent.Finished finished) {
            finish(task, finished);
        }
    }

    @Override
    public Optional<String> traceParent(long id) {
        TaskSpan task = tasks.get(id);
        return task == null
                ? Optional.empty()
                : traceParent(Span.fromContext(task.context).getSpanContext());
    }

    private static Optional<String> traceParent(SpanContext context) {
        return context.isValid()
                ? Optional.of("00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                        + context.getTraceFlags().asHex())
                : Optional.empty();
    }

    private void start(ProgressEvent.Started started) {
        if (started.task() == 0) {
            tasks.clear(); // A new run.
        }
        TaskSpan parent = started.parent().map(tasks::get).orElse(null);
        TaskSpan task = new TaskSpan(started, parent, parent == null ? above : parent.context);
        tasks.put(started.task(), task);
        if (task.depth <= SPAN_DEPTH) {
            open(task);
        }
    }

    private void open(TaskSpan task) {
        Span span = tracer.spanBuilder(task.started.label())
                .setParent(task.context)
                .setStartTimestamp(task.started.at())
                .startSpan();
        task.span = span;
        task.context = task.context.with(span);
    }

    private void fact(TaskSpan task, ProgressEvent.Fact fact) {
        Map<String, String> values = fact.values();
        switch (fact.name()) {
            case ProgressFacts.STEP -> task.kind = values.getOrDefault(ProgressFacts.KIND, "");
            case ProgressFacts.VERTEX -> {
                task.vertex = true;
                if (task.span == null) {
                    open(task);
                }
            }
            case ProgressFacts.BLOB -> {
                String way = values.getOrDefault(ProgressFacts.WAY, "");
                // What was copied is told by the delivery, also where there is nothing to tell blob by blob.
                if (!way.equals("copied")) {
                    meters.bytes(number(values.get(ProgressFacts.SIZE_BYTES)), way);
                }
            }
            case ProgressFacts.DELIVERY -> meters.bytes(number(values.get(ProgressFacts.BYTES_COPIED)), "copied");
            default -> {}
        }
        Span span = task.span;
        // Of layers there are many on one span.
        if (span != null && !fact.name().equals(ProgressFacts.LAYER)) {
            values.forEach((name, value) -> span.setAttribute(PREFIX + fact.name() + "." + name, value));
        }
    }

    private static void message(TaskSpan task, ProgressEvent.Message message) {
        Span span = task.span;
        if (span != null && message.level() == ProgressEvent.Level.WARNING) {
            span.addEvent("warning", Attributes.of(MESSAGE, firstLine(message.text())), message.at());
        }
    }

    private void finish(TaskSpan task, ProgressEvent.Finished finished) {
        tasks.remove(finished.task());
        String outcome = finished.outcome().name().toLowerCase(Locale.ROOT);
        Duration took = Duration.between(task.started.at(), finished.at());
        if (task.depth == 0) {
            meters.run(took, outcome);
        } else if (!task.kind.isEmpty()) {
            meters.step(took, task.kind, outcome);
        }
        if (task.vertex) {
            meters.buildStep(outcome);
        }
        Span span = task.span;
        if (span != null) {
            span.setAttribute(Meters.OUTCOME, outcome);
            if (finished.outcome() == ProgressEvent.Outcome.FAILED) {
                span.setStatus(StatusCode.ERROR, firstLine(finished.detail()));
            }
            span.end(finished.at());
        }
    }

    /** The lines after it may be the output of a build. */
    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
