package io.sandboximage.report;

import io.sandboximage.internal.http.Redaction;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Takes out what the caller says is secret, and what looks like it. */
record SecretMask(List<String> secrets) implements UnaryOperator<String> {
    static SecretMask of(Set<String> secrets) {
        // The longer first: one may be a part of another.
        return new SecretMask(secrets.stream()
                .filter(secret -> !secret.isBlank())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    @Override
    public String apply(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, "***");
        }
        return Redaction.text(masked);
    }

    /** The values of a fact without secrets. */
    Map<String, String> apply(Map<String, String> values) {
        Map<String, String> masked = new LinkedHashMap<>();
        values.forEach((name, value) -> masked.put(name, apply(value)));
        return masked;
    }

    @Override
    public String toString() {
        return secrets.size() + " secrets";
    }
}
