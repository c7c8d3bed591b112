package io.sandboximage.examples.cli;

import io.sandboximage.error.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code WORD[,name=value]…}. */
record WordOptions(String word, Map<String, String> values) {
    /** @throws InvalidRequestException if the text is not of that form or has a name that is not known */
    static WordOptions parse(String text, String... known) {
        String[] parts = text.split(",", -1);
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 1 || !List.of(known).contains(parts[i].substring(0, equals))) {
                throw new InvalidRequestException(
                        "\"" + parts[i] + "\" in \"" + text + "\" is not one of " + String.join("=…, ", known) + "=…");
            }
            values.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        return new WordOptions(parts[0], values);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    int number(String name, int otherwise) {
        try {
            return value(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(name + "=" + values.get(name) + " is not a whole number", e);
        }
    }
}
