package io.sandboximage.report;

import io.sandboximage.progress.ProgressFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one destination got, and what it was spared.
 *
 * @param mountedBytes bytes that it took from another repository of its own
 * @param presentBytes bytes that it had, as far as known
 */
record TransferSums(
        String name, long copiedBytes, long mountedBytes, long presentBytes, long copied, long mounted, long present) {
    static List<TransferSums> of(ReportRun run) {
        List<TransferSums> all = new ArrayList<>();
        for (ReportTask step : run.steps()) {
            if (step.has(ProgressFacts.DELIVERY)) {
                all.add(of(step, run.imageBytes()));
            }
        }
        return all;
    }

    private static TransferSums of(ReportTask step, long imageBytes) {
        Map<String, String> delivery = step.fact(ProgressFacts.DELIVERY);
        long copiedBytes = Facts.number(delivery, ProgressFacts.BYTES_COPIED);
        long present = Facts.number(delivery, ProgressFacts.BLOBS_PRESENT);
        long mountedBytes = bytes(step, "mounted");
        long presentBytes = bytes(step, "present");
        if (present > count(step, "present")) {
            // What lies below a manifest that is there is never asked for one by one.
            presentBytes = Math.max(presentBytes, imageBytes - copiedBytes - mountedBytes);
        }
        String name = step.fact(ProgressFacts.STEP).getOrDefault(ProgressFacts.NAME, step.label());
        return new TransferSums(
                name,
                copiedBytes,
                mountedBytes,
                presentBytes,
                Facts.number(delivery, ProgressFacts.BLOBS_COPIED),
                Facts.number(delivery, ProgressFacts.BLOBS_MOUNTED),
                present);
    }

    private static long bytes(ReportTask step, String way) {
        return step.children().stream()
                .map(child -> child.fact(ProgressFacts.BLOB))
                .filter(blob -> way.equals(blob.get(ProgressFacts.WAY)))
                .mapToLong(blob -> Facts.number(blob, ProgressFacts.SIZE_BYTES))
                .sum();
    }

    private static long count(ReportTask step, String way) {
        return step.children().stream()
                .filter(child -> way.equals(child.fact(ProgressFacts.BLOB).get(ProgressFacts.WAY)))
                .count();
    }

    long savedBytes() {
        return mountedBytes + presentBytes;
    }

    long totalBytes() {
        return copiedBytes + savedBytes();
    }
}
