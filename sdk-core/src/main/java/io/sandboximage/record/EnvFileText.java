package io.sandboximage.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An env file in pieces that, put together, are the file again. Characters stand for bytes (ISO 8859-1), so that no encoding is
 * harmed.
 */
final class EnvFileText {
    private static final Pattern ASSIGNMENT =
            Pattern.compile("([ \\t]*(?:export[ \\t]+)?)([A-Za-z_][A-Za-z0-9_]*)([ \\t]*=)");
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    /** A stretch of the file; {@code name} is empty where it is not an assignment. */
    private record Piece(String head, String name, String equals, String value, String tail) {
        String text() {
            return head + name + equals + value + tail;
        }

        Piece withValue(String literal) {
            // "NAME= value" is an empty value to the shell; a value set by us stands right behind the equals sign.
            return new Piece(head, name, equals, literal, tail);
        }
    }

    private final List<Piece> pieces;
    private final String lineEnd;

    private EnvFileText(List<Piece> pieces, String lineEnd) {
        this.pieces = pieces;
        this.lineEnd = lineEnd;
    }

    static EnvFileText parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Piece> pieces = new ArrayList<>();
        int position = 0;
        if (text.startsWith(BYTE_ORDER_MARK)) {
            pieces.add(other(BYTE_ORDER_MARK));
            position = BYTE_ORDER_MARK.length();
        }
        while (position < text.length()) {
            Matcher matcher = ASSIGNMENT.matcher(text).region(position, text.length());
            int lineEnd = afterLine(text, position);
            if (matcher.lookingAt() && matcher.end() <= lineEnd) {
                int start = matcher.end();
                int valueEnd = EnvValueScanner.end(text, start);
                int end = afterLine(text, valueEnd);
                pieces.add(new Piece(
                        matcher.group(1),
                        matcher.group(2),
                        matcher.group(3),
                        text.substring(start, valueEnd),
                        text.substring(valueEnd, end)));
                position = end;
            } else {
                pieces.add(other(text.substring(position, lineEnd)));
                position = lineEnd;
            }
        }
        int firstBreak = text.indexOf('\n');
        boolean dos = firstBreak > 0 && text.charAt(firstBreak - 1) == '\r';
        return new EnvFileText(pieces, dos ? "\r\n" : "\n");
    }

    /** The file with the variables set. All lines of a name get the value: readers disagree on whether the first or last counts. */
    byte[] with(Map<String, String> literals) {
        Set<String> found = new HashSet<>();
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            String literal = literals.get(piece.name());
            if (literal == null) {
                text.append(piece.text());
            } else {
                text.append(piece.withValue(bytesAsChars(literal)).text());
                found.add(piece.name());
            }
        }
        literals.forEach((name, literal) -> {
            if (!found.contains(name)) {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n' && !isOnlyMark(text)) {
                    text.append(lineEnd);
                }
                text.append(name).append('=').append(bytesAsChars(literal)).append(lineEnd);
            }
        });
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isOnlyMark(CharSequence text) {
        return text.toString().equals(BYTE_ORDER_MARK);
    }

    private static Piece other(String text) {
        return new Piece(text, "", "", "", "");
    }

    private static String bytesAsChars(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The position after the line break that ends the line at {@code from}. */
    private static int afterLine(String text, int from) {
        int feed = text.indexOf('\n', from);
        return feed < 0 ? text.length() : feed + 1;
    }
}
