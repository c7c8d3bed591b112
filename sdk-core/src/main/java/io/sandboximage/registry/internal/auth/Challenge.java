package io.sandboximage.registry.internal.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One challenge of a {@code WWW-Authenticate} header (RFC 9110, section 11.6.1).
 *
 * @param scheme in lower case
 * @param parameters by name in lower case
 */
public record Challenge(String scheme, Map<String, String> parameters) {
    private static final int MAX_CHALLENGES = 16;

    /** All challenges of all header lines; what does not follow the grammar is passed over. */
    public static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        for (String header : headers) {
            new Parser(header).readInto(challenges);
        }
        return challenges;
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }

    /** A word is a scheme unless an equals sign with a value follows; token68 data after a scheme is passed over. */
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        void readInto(List<Challenge> challenges) {
            String scheme = "";
            Map<String, String> parameters = new LinkedHashMap<>();
            while (challenges.size() < MAX_CHALLENGES) {
                skip(" \t,");
                String word = token();
                if (word.isEmpty()) {
                    if (at >= text.length()) {
                        break;
                    }
                    at++;
                    continue;
                }
                int afterWord = at;
                skip(" \t");
                if (at < text.length() && text.charAt(at) == '=' && !isToken68End()) {
                    at++;
                    skip(" \t");
                    parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
                    continue;
                }
                if (at < text.length() && text.charAt(at) == '=') {
                    skip("=");
                    continue;
                }
                at = afterWord;
                if (!scheme.isEmpty()) {
                    challenges.add(new Challenge(scheme, parameters));
                    parameters = new LinkedHashMap<>();
                }
                scheme = word.toLowerCase(Locale.ROOT);
            }
            if (!scheme.isEmpty()) {
                challenges.add(new Challenge(scheme, parameters));
            }
        }

        /** Whether the equals signs here pad token68 data: nothing but a comma or the end follows them. */
        private boolean isToken68End() {
            int next = at;
            while (next < text.length() && text.charAt(next) == '=') {
                next++;
            }
            while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
                next++;
            }
            return next >= text.length() || text.charAt(next) == ',';
        }

        private String value() {
            if (at < text.length() && text.charAt(at) == '"') {
                return quoted();
            }
            int start = at;
            while (at < text.length() && " \t,".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at++));
            }
            at = Math.min(at + 1, text.length());
            return value.toString();
        }

        private String token() {
            int start = at;
            while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skip(String characters) {
            while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
