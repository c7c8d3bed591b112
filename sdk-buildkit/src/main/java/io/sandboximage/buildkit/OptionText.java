package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The text form that Docker's command line has for options with parts, {@code type=local,dest=/a}: one line of CSV, in which a
 * quoted field may hold commas and doubled quotes.
 */
final class OptionText {
    private OptionText() {}

    /** @throws InvalidRequestException if a quote is not closed or stands in the middle of a field */
    static List<String> fields(String text) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                at = quoted(text, at + 1, field);
            } else {
                int comma = text.indexOf(',', at);
                int end = comma < 0 ? text.length() : comma;
                field.append(text, at, end);
                at = end;
                if (field.indexOf("\"") >= 0) {
                    throw new InvalidRequestException("In \"" + text + "\" a quote stands in the middle of a part:"
                            + " quote the whole part, and double the quotes inside");
                }
            }
            fields.add(field.toString());
            if (at >= text.length()) {
                return fields;
            }
            at++; // The comma.
        }
    }

    /** Parts of the form {@code key=value}, keys in lower case. */
    static Map<String, String> attributes(String text) {
        return attributes(fields(text), text);
    }

    static Map<String, String> attributes(List<String> fields, String text) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String field : fields) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new InvalidRequestException(
                        "In \"" + text + "\" the part \"" + field + "\" is not of the form key=value");
            }
            attributes.put(field.substring(0, equals).strip().toLowerCase(Locale.ROOT), field.substring(equals + 1));
        }
        return attributes;
    }

    /** The other way: values with commas or quotes are quoted. */
    static String join(Map<String, String> attributes) {
        List<String> fields = new ArrayList<>();
        attributes.forEach((key, value) -> {
            String field = key + "=" + value;
            boolean quote = field.indexOf(',') >= 0 || field.indexOf('"') >= 0;
            fields.add(quote ? '"' + field.replace("\"", "\"\"") + '"' : field);
        });
        return String.join(",", fields);
    }

    /** As Go's parser of booleans reads them, which is what Docker's own tools use. */
    static boolean bool(String value, String what) {
        return switch (value) {
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default -> throw new InvalidRequestException(what + " is \"" + value + "\": write true or false");
        };
    }

    static boolean isBool(String value) {
        return List.of("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")
                .contains(value);
    }

    /** Reads up to the closing quote; gives the place after it. */
    private static int quoted(String text, int from, StringBuilder field) {
        int at = from;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '"') {
                field.append(c);
            } else if (at < text.length() && text.charAt(at) == '"') {
                field.append('"');
                at++;
            } else if (at == text.length() || text.charAt(at) == ',') {
                return at;
            } else {
                break;
            }
        }
        throw new InvalidRequestException(
                "In \"" + text + "\" a quoted part does not end with a quote before the comma");
    }
}
