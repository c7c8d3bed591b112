package io.sandboximage.compose;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Strings of a bake file, which are templates: compose escapes some of what is not meant as one, and not the rest. */
final class BakeText {
    private static final Pattern OPENING = Pattern.compile("\\$+\\{|%+\\{");
    private static final int ESCAPED_LENGTH = "$${".length();

    private BakeText() {}

    /** What the text stands for: a doubled dollar or percent sign before a brace is a single one. */
    static String literal(String text) {
        return text.replace("$${", "${").replace("%%{", "%{");
    }

    /** Whether the text has something to compute; only bake can. */
    static boolean isTemplate(String text) {
        return OPENING.matcher(text)
                .results()
                .map(MatchResult::group)
                .anyMatch(group -> group.length() != ESCAPED_LENGTH);
    }

    /** Whether there is such a text in a JSON tree, names of members included. */
    static boolean hasTemplate(@Nullable Object tree) {
        if (tree instanceof String text) {
            return isTemplate(text);
        }
        if (tree instanceof List<?> list) {
            return list.stream().anyMatch(BakeText::hasTemplate);
        }
        return tree instanceof Map<?, ?> map
                && Stream.concat(map.keySet().stream(), map.values().stream()).anyMatch(BakeText::hasTemplate);
    }
}
