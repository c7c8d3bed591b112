package io.sandboximage.examples.docker;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One flag that takes a value, as docker's tools read it: {@code --name value}, {@code --name=value}, {@code -n value},
 * {@code -nvalue} or {@code -n=value}. The next word is the value whatever it looks like.
 *
 * @param name the long one, without dashes
 * @param next where the next word is
 */
record Flag(String name, String value, int next) {
    /** @return empty if the value is missing, or the short name is not known */
    static Optional<Flag> at(List<String> words, int at, Function<Character, Optional<String>> longName) {
        String word = words.get(at);
        if (word.startsWith("--")) {
            int equals = word.indexOf('=');
            return equals < 0
                    ? separate(word.substring(2), words, at)
                    : Optional.of(new Flag(word.substring(2, equals), word.substring(equals + 1), at + 1));
        }
        if (word.length() < 2) {
            return Optional.empty();
        }
        Optional<String> name = longName.apply(word.charAt(1));
        if (word.length() == 2) {
            return name.flatMap(known -> separate(known, words, at));
        }
        String value = word.substring(word.charAt(2) == '=' ? 3 : 2);
        return name.map(known -> new Flag(known, value, at + 1));
    }

    private static Optional<Flag> separate(String name, List<String> words, int at) {
        return at + 1 < words.size() ? Optional.of(new Flag(name, words.get(at + 1), at + 2)) : Optional.empty();
    }
}
