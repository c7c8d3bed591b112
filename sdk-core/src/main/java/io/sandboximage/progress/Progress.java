package io.sandboximage.progress;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/** The renderers of progress. */
public final class Progress {
    private Progress() {}

    /**
     * For people who watch, on standard error: bars that are redrawn in place where that is a capable terminal, plain lines
     * otherwise (redirected, {@code TERM=dumb}, {@code CI} set). {@code COLUMNS} gives the width, {@code NO_COLOR} turns colours off,
     * and where the character set has no symbols ASCII stands in.
     */
    public static ProgressRenderer terminal() {
        TerminalProbe probe = TerminalProbe.ofThisProcess();
        // Not System.err: that one belongs to the application, which may have replaced it.
        OutputStream err = new FileOutputStream(FileDescriptor.err);
        return probe.capable() ? bars(err) : plain(new PrintStream(err, false, probe.charset()));
    }

    /** Bars redrawn in place by ANSI sequences, whatever {@code out} is; size and colours as {@link #terminal()} finds them. */
    public static ProgressRenderer bars(OutputStream out) {
        return new RendererThread(
                new TerminalPainter(out, TerminalProbe.ofThisProcess().style()));
    }

    /** One plain line for each thing worth telling: for log files. */
    public static ProgressRenderer plain(PrintStream out) {
        return new RendererThread(new PlainPainter(out));
    }

    /**
     * Every event as one JSON object a line, in UTF-8, by the schema that {@link ProgressLines} describes and reads back. To a slow
     * reader a task's older counts are left out.
     */
    public static ProgressRenderer jsonLines(OutputStream out) {
        return new RendererThread(new JsonPainter(out));
    }

    /**
     * Passes each event to all listeners in order; one that throws does not keep it from the others. The first that makes traces
     * tells under what.
     */
    public static ProgressListener combine(ProgressListener... listeners) {
        return new CombinedListener(List.of(listeners));
    }
}
