package io.sandboximage.record;

/** Finds where the value of an assignment ends: before a comment, after a closing quote (maybe lines later), or with the line. */
final class EnvValueScanner {
    private EnvValueScanner() {}

    /** @param start the position behind the equals sign */
    static int end(String text, int start) {
        int first = start;
        while (first < text.length() && isBlank(text.charAt(first))) {
            first++;
        }
        if (first < text.length() && isQuote(text.charAt(first))) {
            int closing = closingQuote(text, first);
            // A quote that nothing closes is an ordinary character: better one odd line than the rest of the file.
            if (closing >= 0) {
                return restOfWord(text, closing + 1);
            }
        }
        return plainEnd(text, start);
    }

    private static int closingQuote(String text, int opening) {
        char quote = text.charAt(opening);
        for (int i = opening + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote == '"') {
                i++;
            } else if (c == quote) {
                return i;
            }
        }
        return -1;
    }

    /** The shell joins what touches a closing quote to the value: {@code 'a'b}. */
    private static int restOfWord(String text, int from) {
        int end = from;
        while (end < text.length() && !isBlank(text.charAt(end)) && !isLineBreak(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** To the end of the line or a comment, without the blanks before it. */
    private static int plainEnd(String text, int start) {
        int end = start;
        int i = start;
        while (i < text.length() && !isLineBreak(text.charAt(i))) {
            char c = text.charAt(i);
            if (c == '#' && i > start && isBlank(text.charAt(i - 1))) {
                break;
            }
            i++;
            if (!isBlank(c)) {
                end = i;
            }
        }
        return end;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isLineBreak(char c) {
        return c == '\n' || c == '\r';
    }
}
