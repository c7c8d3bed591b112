package io.sandboximage.progress;

import java.nio.charset.Charset;
import java.time.Instant;

/**
 * How a terminal is drawn to.
 *
 * @param columns its width
 * @param rows its height
 * @param charset what it understands; decides between drawn and ASCII symbols
 * @param colours whether colours are wanted
 */
record TerminalStyle(int columns, int rows, Charset charset, boolean colours) {
    private static final String DRAWN_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private static final String ASCII_SPINNER = "|/-\\";
    private static final int SPINNER_MILLIS = 100;

    private static final int RED = 31;
    private static final int GREEN = 32;
    private static final int YELLOW = 33;
    private static final int DIM = 2;

    boolean unicode() {
        return charset.canEncode() && charset.newEncoder().canEncode("⠋█░✔…");
    }

    String spinner(Instant now) {
        String frames = unicode() ? DRAWN_SPINNER : ASCII_SPINNER;
        int frame = Math.floorMod(now.toEpochMilli() / SPINNER_MILLIS, frames.length());
        return frames.substring(frame, frame + 1);
    }

    String mark(ProgressEvent.Outcome outcome) {
        return switch (outcome) {
            case DONE -> coloured(GREEN, unicode() ? "✔" : "+");
            case CACHED -> coloured(GREEN, unicode() ? "≡" : "=");
            case FAILED -> coloured(RED, unicode() ? "✘" : "x");
            case CANCELLED -> coloured(YELLOW, unicode() ? "■" : "-");
        };
    }

    String message(ProgressEvent.Level level) {
        return level == ProgressEvent.Level.WARNING ? coloured(YELLOW, "!") : coloured(DIM, unicode() ? "·" : "*");
    }

    String dim(String text) {
        return coloured(DIM, text);
    }

    String ellipsis() {
        return unicode() ? "…" : "...";
    }

    /** {@code cells} characters wide, with the brackets that ASCII needs two more. */
    String bar(int percent, int cells) {
        int full = percent * cells / 100;
        return unicode()
                ? "█".repeat(full) + "░".repeat(cells - full)
                : "[" + "#".repeat(full) + ".".repeat(cells - full) + "]";
    }

    private String coloured(int code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
