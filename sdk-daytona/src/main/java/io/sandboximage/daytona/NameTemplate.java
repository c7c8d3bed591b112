package io.sandboximage.daytona;

import io.sandboximage.error.InvalidRequestException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A name with variables in braces. */
record NameTemplate(String text) {
    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_]*)}");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int DIGEST_LENGTH = 12;
    /** Fewer letters are more likely a mistake than a family of snapshots. */
    private static final int MIN_PREFIX = 3;

    static NameTemplate of(String text) {
        if (VARIABLE.matcher(text).replaceAll("").matches(".*[{}].*") || text.isBlank()) {
            throw new InvalidRequestException(
                    "\"" + text + "\" is not a name with variables, for instance sandbox-{digest}");
        }
        return new NameTemplate(text);
    }

    /** @throws InvalidRequestException if it names a variable that nobody defined */
    String expand(Instant now, String digest, Map<String, String> own) {
        Map<String, String> variables = new HashMap<>();
        variables.put("digest", digest.substring(0, Math.min(DIGEST_LENGTH, digest.length())));
        variables.put("date", DATE.format(now));
        variables.put("time", TIME.format(now));
        variables.putAll(own);
        return VARIABLE.matcher(text).replaceAll(match -> {
            String value = variables.get(match.group(1));
            if (value == null) {
                throw new InvalidRequestException("The name " + text + " has the variable {" + match.group(1)
                        + "}, which nobody defined: use variable(…)");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    /** What all names of this template begin with. */
    String requirePrefix() {
        int brace = text.indexOf('{');
        String prefix = brace < 0 ? text : text.substring(0, brace);
        if (prefix.length() < MIN_PREFIX) {
            throw new InvalidRequestException("Old snapshots are found by what the name " + text
                    + " begins with, and that is less than " + MIN_PREFIX + " letters");
        }
        return prefix;
    }

    @Override
    public String toString() {
        return text;
    }
}
