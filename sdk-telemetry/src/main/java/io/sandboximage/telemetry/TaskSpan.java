package io.sandboximage.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.sandboximage.progress.ProgressEvent;
import org.jspecify.annotations.Nullable;

/** A task under way. Events of one task come in order, so nothing here is guarded but what other tasks read. */
final class TaskSpan {
    final ProgressEvent.Started started;
    final @Nullable TaskSpan parent;
    final int depth;
    volatile @Nullable Span span;
    /** Of its own span, or else that of the nearest task above that has one. */
    volatile Context context;

    volatile String kind = "";
    volatile boolean vertex;

    TaskSpan(ProgressEvent.Started started, @Nullable TaskSpan parent, Context context) {
        this.started = started;
        this.parent = parent;
        this.depth = parent == null ? 0 : parent.depth + 1;
        this.context = context;
    }
}
