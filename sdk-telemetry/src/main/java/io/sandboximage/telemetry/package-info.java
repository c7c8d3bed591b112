/** Traces and metrics of pipelines by OpenTelemetry, for those who have it; nothing else of the SDK needs it. */
@NullMarked
package io.sandboximage.telemetry;

import org.jspecify.annotations.NullMarked;
