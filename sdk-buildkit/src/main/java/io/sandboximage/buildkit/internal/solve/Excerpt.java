package io.sandboximage.buildkit.internal.solve;

import java.util.List;
import java.util.Locale;

/** Lines of a Dockerfile as Docker shows them: numbered, the ones at fault marked. */
final class Excerpt {
    private static final int CONTEXT_LINES = 2;
    private static final int MAX_LINES = 40;

    private Excerpt() {}

    static String of(String text, int first, int last) {
        List<String> lines = text.lines().toList();
        int from = Math.max(1, first - CONTEXT_LINES);
        int to = Math.min(lines.size(), Math.min(last + CONTEXT_LINES, from + MAX_LINES));
        StringBuilder excerpt = new StringBuilder();
        for (int line = from; line <= to; line++) {
            String mark = line >= first && line <= last ? ">>>" : "   ";
            excerpt.append(String.format(Locale.ROOT, "%4d | %s %s%n", line, mark, lines.get(line - 1)));
        }
        return excerpt.toString();
    }
}
