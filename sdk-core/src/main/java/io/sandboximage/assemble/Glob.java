package io.sandboximage.assemble;

import io.sandboximage.error.InvalidRequestException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for paths below a source directory: {@code *} and {@code ?} stay within a name, {@code **} crosses directories and
 * also stands for none, {@code [abc]} is one of several characters. A pattern fits a path or a directory above it.
 */
final class Glob {
    private final String text;
    private final Pattern pattern;

    Glob(String text) {
        this.text = text;
        try {
            this.pattern = Pattern.compile(regex(text), Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw new InvalidRequestException("\"" + text + "\" is not a valid pattern: " + e.getDescription(), e);
        }
    }

    /** @param path relative, with slashes */
    boolean fits(String path) {
        int end = path.length();
        while (end > 0) {
            if (pattern.matcher(path.substring(0, end)).matches()) {
                return true;
            }
            end = path.lastIndexOf('/', end - 1);
        }
        return false;
    }

    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        String rest = glob.startsWith("/") ? glob.substring(1) : glob;
        rest = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (rest.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 2;
            } else if (rest.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '[' && rest.indexOf(']', i + 2) > 0) {
                int end = rest.indexOf(']', i + 2);
                String set = rest.substring(i + 1, end)
                        .replace("\\", "\\\\")
                        .replace("[", "\\[")
                        .replace("&&", "&\\&");
                regex.append('[')
                        .append(set.startsWith("!") ? "^" + set.substring(1) : set)
                        .append(']');
                i = end;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
