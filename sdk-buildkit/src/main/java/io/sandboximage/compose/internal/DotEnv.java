package io.sandboximage.compose.internal;

import io.sandboximage.error.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An environment file, {@code .env}: lines of {@code NAME=VALUE}, with quotes, comments and variables.
 *
 * @see <a href="https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/">Env file syntax</a>
 */
public final class DotEnv {
    private static final Pattern EXPORT = Pattern.compile("^export\\s+");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:[abcfnrtv$\"\\\\]|0\\d{0,3})");
    private static final int OCTAL = 8;

    private final Function<String, Optional<String>> outside;
    private final Map<String, String> values = new LinkedHashMap<>();
    private String left;
    private int line = 1;

    private DotEnv(String text, Function<String, Optional<String>> outside) {
        this.left = text.startsWith("\uFEFF") ? text.substring(1) : text;
        this.outside = outside;
    }

    /**
     * @param outside variables that go before those of the file
     * @throws InvalidRequestException naming the line
     */
    public static Map<String, String> parse(String text, Function<String, Optional<String>> outside) {
        DotEnv file = new DotEnv(text, outside);
        while (file.skipToStatement()) {
            file.statement();
        }
        return file.values;
    }

    private boolean skipToStatement() {
        while (true) {
            int at = 0;
            while (at < left.length() && Character.isWhitespace(left.charAt(at))) {
                line += left.charAt(at) == '\n' ? 1 : 0;
                at++;
            }
            left = left.substring(at);
            if (!left.startsWith("#")) {
                return !left.isEmpty();
            }
            int end = left.indexOf('\n');
            left = end < 0 ? "" : left.substring(end);
        }
    }

    private void statement() {
        if (EXPORT.matcher(left).find()) {
            left = left.substring("export".length()).stripLeading();
        }
        int end = 0;
        while (end < left.length() && "=:\n".indexOf(left.charAt(end)) < 0) {
            char c = left.charAt(end);
            if (!Character.isLetterOrDigit(c) && !isBlank(c) && "_.-[]".indexOf(c) < 0) {
                throw new InvalidRequestException("line " + line + ": unexpected character \"" + c
                        + "\" in variable name \"" + firstLine() + "\"");
            }
            end++;
        }
        if (end == left.length()) {
            // A last line without a value and a line break is no name to compose.
            left = "";
            return;
        }
        String name = left.substring(0, end).stripTrailing();
        boolean inherited = left.charAt(end) == '\n';
        if (name.contains(" ")) {
            throw new InvalidRequestException("line " + line + ": key cannot contain a space");
        }
        left = left.substring(end + 1);
        if (inherited) {
            line++;
            outside.apply(name).ifPresent(value -> values.put(name, value));
            return;
        }
        int start = 0;
        while (start < left.length() && isBlank(left.charAt(start))) {
            start++;
        }
        left = left.substring(start);
        values.put(name, left.startsWith("'") || left.startsWith("\"") ? quoted() : unquoted());
    }

    private String unquoted() {
        int end = left.indexOf('\n');
        String value = end < 0 ? left : left.substring(0, end);
        left = end < 0 ? "" : left.substring(end + 1);
        line++;
        int comment = value.indexOf(" #");
        return expand((comment < 0 ? value : value.substring(0, comment)).stripTrailing());
    }

    private String quoted() {
        char quote = left.charAt(0);
        StringBuilder value = new StringBuilder();
        boolean escaped = false;
        for (int i = 1; i < left.length(); i++) {
            char c = left.charAt(i);
            line += c == '\n' ? 1 : 0;
            if (c == quote && !escaped) {
                left = left.substring(i + 1);
                return quote == '"' ? expand(unescape(value.toString())) : value.toString();
            }
            if (c != quote && c == '\\' && !escaped) {
                escaped = true;
                continue;
            }
            if (escaped && c != quote) {
                value.append('\\');
            }
            escaped = false;
            value.append(c);
        }
        throw new InvalidRequestException("line " + line + ": unterminated quoted value " + firstLine());
    }

    private String expand(String value) {
        return new Interpolation(name -> outside.apply(name).or(() -> Optional.ofNullable(values.get(name))))
                .substitute(value);
    }

    private static String unescape(String value) {
        return ESCAPE.matcher(value).replaceAll(found -> Matcher.quoteReplacement(unescaped(found)));
    }

    private static String unescaped(MatchResult found) {
        String escape = found.group();
        return switch (escape.charAt(1)) {
            case '$' -> "$$";
            case 'a' -> "\u0007";
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case 'v' -> "\u000b";
            // Only three digits are an escape to compose.
            case '0' ->
                escape.length() == "\\0123".length()
                        ? String.valueOf((char) Integer.parseInt(escape.substring(2), OCTAL))
                        : "\\" + escape.substring(2);
            case 'c' -> escape;
            default -> escape.substring(1);
        };
    }

    private String firstLine() {
        return left.lines().findFirst().orElse("");
    }

    private static boolean isBlank(char c) {
        return "\t\u000b\f\r \u0085\u00a0".indexOf(c) >= 0;
    }
}
