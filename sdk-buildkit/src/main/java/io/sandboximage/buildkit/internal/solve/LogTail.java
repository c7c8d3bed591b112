package io.sandboximage.buildkit.internal.solve;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A step's output, cut into lines again: the daemon cuts it anywhere, also inside a character. Keeps the last lines. */
final class LogTail {
    private static final int KEPT_LINES = 20;
    /** A step that never ends its line must not fill the heap. */
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final Deque<String> last = new ArrayDeque<>();
    private ByteString open = ByteString.EMPTY;

    void append(ByteString bytes, Consumer<String> lines) {
        int from = 0;
        for (int i = 0; i < bytes.size(); i++) {
            if (bytes.byteAt(i) == '\n') {
                line(open.concat(bytes.substring(from, i)), lines);
                open = ByteString.EMPTY;
                from = i + 1;
            }
        }
        open = open.concat(bytes.substring(from));
        if (open.size() > MAX_LINE_BYTES) {
            line(open, lines);
            open = ByteString.EMPTY;
        }
    }

    /** The last line, if nothing ended it. */
    Optional<String> rest() {
        if (open.isEmpty()) {
            return Optional.empty();
        }
        String line = open.toStringUtf8();
        open = ByteString.EMPTY;
        keep(line);
        return Optional.of(line);
    }

    List<String> lines() {
        return List.copyOf(last);
    }

    private void line(ByteString bytes, Consumer<String> lines) {
        String text = bytes.toStringUtf8();
        String line = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        keep(line);
        lines.accept(line);
    }

    private void keep(String line) {
        if (last.size() == KEPT_LINES) {
            last.removeFirst();
        }
        last.addLast(line);
    }
}
