package io.sandboximage.registry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ranges of HTTP downloads, {@code bytes 5-9/10}, and of registry uploads, {@code 0-9}; both ends included. */
record ContentRange(long first, long last) {
    private static final Pattern RANGE = Pattern.compile("(?:bytes[ =])?\\s*([0-9]{1,18})-([0-9]{1,18})(?:/.*)?");

    static Optional<ContentRange> parse(String header) {
        Matcher matcher = RANGE.matcher(header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new ContentRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
    }
}
