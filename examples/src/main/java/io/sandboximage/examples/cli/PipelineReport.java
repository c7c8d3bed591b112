package io.sandboximage.examples.cli;

import io.sandboximage.Delivery;
import io.sandboximage.PipelinePlan;
import io.sandboximage.PipelineResult;
import io.sandboximage.PlannedStep;
import io.sandboximage.Snapshot;
import io.sandboximage.StepReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Plans and results of pipelines, for programs and for people. */
final class PipelineReport {
    private PipelineReport() {}

    static Report of(PipelinePlan plan) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("steps", plan.steps().stream().map(PipelineReport::json).toList());
        return new Report(json, () -> plan + "\n");
    }

    static Report of(PipelineResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("digest", result.image().digest().toString());
        json.put(
                "deliveries",
                result.deliveries().stream().map(PipelineReport::json).toList());
        json.put(
                "snapshots",
                result.snapshots().stream().map(PipelineReport::json).toList());
        json.put("steps", result.steps().stream().map(PipelineReport::json).toList());
        json.put("tookMillis", result.took().toMillis());
        return new Report(
                json,
                () -> text(result.steps()) + result.image().digest() + ", " + Texts.seconds(result.took()) + "\n");
    }

    /** A line for each step that was begun. */
    static String text(List<StepReport> steps) {
        List<List<String>> rows = new ArrayList<>();
        for (StepReport step : steps) {
            if (step.outcome() != StepReport.Outcome.NOT_BEGUN) {
                rows.add(List.of(
                        lower(step.outcome()),
                        lower(step.kind()),
                        Texts.printable(step.name()),
                        Texts.seconds(step.took())));
            }
        }
        return Texts.table(rows);
    }

    private static Map<String, Object> json(PlannedStep step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("number", step.number());
        json.put("kind", lower(step.kind()));
        json.put("name", step.name());
        json.put("required", step.required());
        json.put("after", step.after());
        json.put("finished", step.finished());
        return json;
    }

    private static Map<String, Object> json(StepReport step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", lower(step.kind()));
        json.put("name", step.name());
        json.put("outcome", lower(step.outcome()));
        json.put("detail", step.detail());
        json.put("tookMillis", step.took().toMillis());
        return json;
    }

    private static Map<String, Object> json(Delivery delivery) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("destination", delivery.destination());
        json.put("digest", delivery.descriptor().digest().toString());
        json.put("blobsCopied", delivery.blobsCopied());
        json.put("blobsMounted", delivery.blobsMounted());
        json.put("blobsSkipped", delivery.blobsSkipped());
        json.put("bytesCopied", delivery.bytesCopied());
        return json;
    }

    private static Map<String, Object> json(Snapshot snapshot) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", snapshot.kind());
        json.put("reference", snapshot.reference());
        json.put("digest", snapshot.image().toString());
        json.put("reused", snapshot.reused());
        json.put("properties", snapshot.properties());
        return json;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
