package io.sandboximage.compose.internal;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lays one compose file over another. Only what a build depends on is merged by its own rules.
 *
 * @see <a href="https://docs.docker.com/reference/compose-file/merge/">Compose specification, Merge</a>
 */
public final class FileMerge {
    private static final Pattern KEYED = Pattern.compile("services\\..+\\.build\\.(args|additional_contexts|labels)");
    private static final Pattern HOSTS = Pattern.compile("services\\..+\\.build\\.extra_hosts");
    private static final Pattern DEPENDS_ON = Pattern.compile("services\\..+\\.depends_on");
    private static final Pattern ONCE_BY_KEY =
            Pattern.compile("services\\..+\\.(build\\.(args|additional_contexts|labels|tags)|profiles)");

    private FileMerge() {}

    /** @param over canonical, as is {@code base}: builds and dependencies are maps */
    public static Map<String, Object> merge(Map<String, Object> base, Map<String, Object> over) {
        return onceByKey(mergeMaps(base, over, ""), "");
    }

    private static @Nullable Object merge(@Nullable Object base, @Nullable Object over, String path) {
        if (KEYED.matcher(path).matches()) {
            return concatenated(sequence(base, path), sequence(over, path));
        }
        if (HOSTS.matcher(path).matches()) {
            List<Object> first = sequence(base, path);
            return concatenated(
                    first,
                    sequence(over, path).stream()
                            .filter(host -> !first.contains(host))
                            .toList());
        }
        if (DEPENDS_ON.matcher(path).matches() || over != null) {
            if (base instanceof Map<?, ?> first) {
                if (over instanceof Map<?, ?> second) {
                    return mergeMaps(strings(first), strings(second), path);
                }
                throw new InvalidRequestException("cannot override " + path);
            }
            if (base instanceof List<?> first) {
                if (over instanceof List<?> second) {
                    return concatenated(first, second);
                }
                throw new InvalidRequestException("cannot override " + path);
            }
            return over;
        }
        return base;
    }

    private static Map<String, Object> mergeMaps(Map<String, Object> base, Map<String, Object> over, String path) {
        Map<String, Object> merged = new LinkedHashMap<>(base);
        over.forEach((name, value) -> merged.put(
                name,
                nullable(
                        base.containsKey(name)
                                ? merge(base.get(name), value, path.isEmpty() ? name : path + "." + name)
                                : value)));
        return merged;
    }

    /** {@code NAME=VALUE} for each member of a map. */
    private static List<Object> sequence(@Nullable Object value, String path) {
        if (value instanceof Map<?, ?> map) {
            List<Object> list = new ArrayList<>();
            new TreeMap<>(strings(map)).forEach((name, member) -> {
                if (member instanceof List<?> several) {
                    several.forEach(each -> list.add(name + "=" + GoText.of(each, path)));
                } else {
                    list.add(member == null ? name : name + "=" + GoText.of(member, path));
                }
            });
            return list;
        }
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        return value instanceof String text ? List.of(text) : List.of();
    }

    private static List<Object> concatenated(List<?> first, List<?> second) {
        List<Object> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** In lists of {@code NAME=VALUE} the last of a name counts, at the place of the first. */
    private static Map<String, Object> onceByKey(Map<String, Object> map, String path) {
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            String here = path.isEmpty() ? name : path + "." + name;
            if (value instanceof Map<?, ?> members) {
                result.put(name, onceByKey(strings(members), here));
            } else if (value instanceof List<?> list
                    && ONCE_BY_KEY.matcher(here).matches()) {
                Map<String, Object> byKey = new LinkedHashMap<>();
                list.forEach(entry -> byKey.put(GoText.of(entry, here).split("=", 2)[0], entry));
                result.put(name, new ArrayList<>(byKey.values()));
            } else {
                result.put(name, value);
            }
        });
        return result;
    }

    /** Names in compose files are strings. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> strings(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    @SuppressWarnings("NullAway")
    private static Object nullable(@Nullable Object value) {
        return value;
    }
}
