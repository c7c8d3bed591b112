package io.sandboximage.internal.pattern;

import io.sandboximage.error.InvalidRequestException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One line of an ignore file: {@code *} and {@code ?} stay within a name, {@code **} crosses
 * directories, {@code [a-z]} is a class, a backslash escapes, and a leading {@code !} makes an exception.
 */
public final class PathPattern {
    private static final String REGEX_SPECIAL = ".+()|{}$&";

    private final String cleaned;
    private final boolean exception;
    private final Pattern regex;
    private final boolean prefixOnly;

    private PathPattern(String cleaned, boolean exception) {
        this.cleaned = cleaned;
        this.exception = exception;
        this.prefixOnly = withoutTrailingGlob(cleaned).chars().noneMatch(c -> "*[]?^\\".indexOf(c) >= 0);
        try {
            this.regex = Pattern.compile(toRegex(cleaned), Pattern.UNIX_LINES);
        } catch (PatternSyntaxException e) {
            throw new InvalidRequestException(
                    "\"" + cleaned + "\" is not a valid path pattern: " + e.getDescription(), e);
        }
    }

    /** @param text one pattern that is not blank */
    static PathPattern parse(String text) {
        String pattern = SlashPaths.clean(text.strip());
        boolean exception = pattern.startsWith("!");
        if (exception && pattern.length() == 1) {
            throw new InvalidRequestException("\"!\" alone is not a path pattern");
        }
        return new PathPattern(exception ? pattern.substring(1) : pattern, exception);
    }

    /** A single name with wildcards. */
    public static PathPattern ofName(String name) {
        return new PathPattern(name, false);
    }

    boolean exception() {
        return exception;
    }

    public boolean matches(String path) {
        return regex.matcher(path).find();
    }

    /** Whether the paths that match all lie at or below one place that {@link #couldMatchBelow} can tell. */
    boolean prefixOnly() {
        return prefixOnly;
    }

    /** Whether something below a directory may match; only for patterns that are {@link #prefixOnly}. */
    boolean couldMatchBelow(String directory) {
        return (withoutTrailingGlob(cleaned) + "/").startsWith(directory + "/");
    }

    private static String withoutTrailingGlob(String pattern) {
        String rest = pattern.endsWith("/**") ? pattern.substring(0, pattern.length() - 3) : pattern;
        return rest.endsWith("/*") ? rest.substring(0, rest.length() - 2) : rest;
    }

    /** The same expression that the daemon makes of it, so that both sides agree on every odd case. */
    private static String toRegex(String pattern) {
        StringBuilder regex = new StringBuilder("^");
        boolean inClass = false;
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i++);
            if (c == '*' && i < pattern.length() && pattern.charAt(i) == '*') {
                boolean suffix = i == 1 && isLiteral(pattern.substring(2));
                i++;
                if (i < pattern.length() && pattern.charAt(i) == '/') {
                    i++;
                    suffix = false;
                }
                regex.append(i == pattern.length() || suffix ? ".*" : "(.*/)?");
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '\\' && i < pattern.length()) {
                regex.append(escape(pattern.codePointAt(i)));
                i += Character.charCount(pattern.codePointAt(i));
            } else if (c == '[' || c == ']') {
                // Java would nest classes; here a class cannot hold another.
                regex.append(c == '[' && inClass ? "\\[" : String.valueOf(c));
                inClass = c == '[';
            } else if (c == '\\' || REGEX_SPECIAL.indexOf(c) >= 0) {
                regex.append('\\').append(c);
            } else {
                regex.append(c);
            }
        }
        return regex.append('$').toString();
    }

    private static boolean isLiteral(String pattern) {
        return pattern.chars().noneMatch(c -> "*?[]\\".indexOf(c) >= 0);
    }

    private static String escape(int codePoint) {
        boolean plain = Character.isLetterOrDigit(codePoint) || codePoint > 127;
        return (plain ? "" : "\\") + Character.toString(codePoint);
    }

    @Override
    public String toString() {
        return (exception ? "!" : "") + cleaned;
    }
}
