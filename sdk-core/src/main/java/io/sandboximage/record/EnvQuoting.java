package io.sandboximage.record;

import io.sandboximage.error.InvalidRequestException;
import java.util.regex.Pattern;

/**
 * Quoting that the shell, Docker Compose and the dotenv libraries agree on: plain where nothing is special (which also
 * {@code docker run --env-file} takes, that knows no quotes), else single quotes, else double quotes with escapes.
 */
final class EnvQuoting {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,=-]*");

    private EnvQuoting() {}

    /** @param name of the variable, for messages; the value is not told, it may be a secret */
    static String quote(String name, String value) {
        if (PLAIN.matcher(value).matches()) {
            return value;
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidRequestException("The value for " + name
                    + " holds a line break or another control character, which an env file cannot carry");
        }
        if (value.indexOf('\'') < 0) {
            return "'" + value + "'";
        }
        if (value.indexOf('`') >= 0) {
            throw new InvalidRequestException(
                    "The value for " + name
                            + " holds both a single quote and a backtick; readers of env files do not agree on how to quote that");
        }
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$") + "\"";
    }
}
