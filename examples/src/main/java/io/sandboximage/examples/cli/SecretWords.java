package io.sandboximage.examples.cli;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Values of the environment that are secret by their names, so that what prints them by accident does no harm. */
final class SecretWords {
    private static final Pattern NAME =
            Pattern.compile("TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY", Pattern.CASE_INSENSITIVE);
    /** A shorter one would be found in innocent text too often. */
    private static final int MIN_LENGTH = 6;

    private SecretWords() {}

    static List<String> of(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(variable -> NAME.matcher(variable.getKey()).find())
                .map(Map.Entry::getValue)
                .filter(value -> value.length() >= MIN_LENGTH)
                .toList();
    }
}
