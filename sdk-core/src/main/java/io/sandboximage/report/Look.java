package io.sandboximage.report;

import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressFacts;
import java.util.Optional;

/** How an outcome looks: by colour, by sign and by word, so that none of them is needed to tell them apart. */
enum Look {
    RAN("ran", "✓", "done"),
    MOVED("moved", "✓", "transferred"),
    SPARED("spared", "≡", "there already"),
    FAILED("failed", "✗", "failed"),
    STOPPED("stopped", "■", "cancelled"),
    OPEN("open", "?", "did not end");

    private final String style;
    private final String sign;
    private final String word;

    Look(String style, String sign, String word) {
        this.style = style;
        this.sign = sign;
        this.word = word;
    }

    static Look of(ReportTask task) {
        Optional<ProgressEvent.Outcome> outcome = task.outcome();
        if (outcome.isEmpty()) {
            return OPEN;
        }
        return switch (outcome.get()) {
            case DONE -> task.has(ProgressFacts.BLOB) || task.bytes() > 0 ? MOVED : RAN;
            case CACHED -> SPARED;
            case FAILED -> FAILED;
            case CANCELLED -> STOPPED;
        };
    }

    /** Its class in the style sheet. */
    String style() {
        return style;
    }

    String sign() {
        return sign;
    }

    String word() {
        return word;
    }
}
