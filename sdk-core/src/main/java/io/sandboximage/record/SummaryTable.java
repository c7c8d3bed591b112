package io.sandboximage.record;

import io.sandboximage.DataSize;
import io.sandboximage.Delivery;
import io.sandboximage.PipelineResult;
import io.sandboximage.Snapshot;
import io.sandboximage.StepReport;
import java.time.Duration;
import java.util.Locale;

/** What a pipeline made, as Markdown. */
final class SummaryTable {
    private SummaryTable() {}

    static String of(PipelineResult result) {
        StringBuilder text = new StringBuilder()
                .append("### Sandbox image\n\n`")
                .append(result.image().digest())
                .append("` in ")
                .append(seconds(result.took()))
                .append("\n\n| | Where | Transferred | Time |\n|---|---|---|---|\n");
        for (Delivery delivery : result.deliveries()) {
            row(
                    text,
                    "image",
                    delivery.destination(),
                    delivery.blobsCopied() + " blobs, " + DataSize.ofBytes(delivery.bytesCopied()) + "; "
                            + (delivery.blobsMounted() + delivery.blobsSkipped()) + " were there",
                    delivery.took());
        }
        for (Snapshot snapshot : result.snapshots()) {
            row(text, snapshot.kind(), snapshot.reference(), snapshot.reused() ? "unchanged" : "", snapshot.took());
        }
        for (StepReport step : result.steps()) {
            if (step.outcome() == StepReport.Outcome.FAILED) {
                row(text, "failed", step.name(), step.detail(), step.took());
            }
        }
        return text.append('\n').toString();
    }

    private static void row(StringBuilder text, String what, String where, String transferred, Duration took) {
        text.append("| ")
                .append(cell(what))
                .append(" | `")
                .append(cell(where).replace('`', '\''))
                .append("` | ")
                .append(cell(transferred))
                .append(" | ")
                .append(seconds(took))
                .append(" |\n");
    }

    private static String cell(String text) {
        return text.replaceAll("[\\r\\n]+", " ").replace("|", "\\|").replace("<", "&lt;");
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    }
}
