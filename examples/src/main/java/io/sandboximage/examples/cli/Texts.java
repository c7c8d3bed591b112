package io.sandboximage.examples.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Pieces of reports for people. */
final class Texts {
    private Texts() {}

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }

    /** Rows with aligned columns; the last column is as wide as it is. */
    static String table(List<List<String>> rows) {
        int columns = rows.isEmpty() ? 0 : rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                text.append(cell);
                if (column < columns - 1) {
                    text.append(" ".repeat(widths[column] - cell.length() + 2));
                }
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** The text without control characters, which names in images may hold. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
