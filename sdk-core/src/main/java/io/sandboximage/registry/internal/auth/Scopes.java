package io.sandboximage.registry.internal.auth;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a token is to allow: actions by resource, {@code repository:acme/app} → {@code pull}, {@code push} (distribution spec,
 * "token scope"). Immutable, always in the same order.
 */
public final class Scopes {
    public static final Scopes NONE = new Scopes(new TreeMap<>());

    /** Both sorted. */
    private final Map<String, Set<String>> actions;

    private Scopes(Map<String, Set<String>> actions) {
        this.actions = actions;
    }

    public static Scopes pull(String repository) {
        return repository(repository, "pull");
    }

    public static Scopes push(String repository) {
        return repository(repository, "pull", "push");
    }

    public static Scopes delete(String repository) {
        return repository(repository, "delete", "pull");
    }

    private static Scopes repository(String repository, String... actions) {
        Map<String, Set<String>> map = new TreeMap<>();
        map.put("repository:" + repository, new TreeSet<>(List.of(actions)));
        return new Scopes(map);
    }

    /** As in a challenge: scopes separated by blanks, each {@code type:name:action,action}. */
    static Scopes parse(String text) {
        Map<String, Set<String>> map = new TreeMap<>();
        for (String scope : text.strip().split("\\s+")) {
            int colon = scope.lastIndexOf(':');
            if (colon > 0) {
                map.computeIfAbsent(scope.substring(0, colon), name -> new TreeSet<>())
                        .addAll(List.of(scope.substring(colon + 1).split(",")));
            }
        }
        return new Scopes(map);
    }

    public Scopes and(Scopes more) {
        Map<String, Set<String>> map = new TreeMap<>();
        for (Scopes each : List.of(this, more)) {
            each.actions.forEach((name, some) ->
                    map.computeIfAbsent(name, n -> new TreeSet<>()).addAll(some));
        }
        return new Scopes(map);
    }

    boolean covers(Scopes wanted) {
        return wanted.actions.entrySet().stream()
                .allMatch(e -> actions.getOrDefault(e.getKey(), Set.of()).containsAll(e.getValue()));
    }

    /** One string a resource. */
    List<String> strings() {
        return actions.entrySet().stream().map(Scopes::string).toList();
    }

    private static String string(Map.Entry<String, Set<String>> scope) {
        // Some servers take only the customary order pull, push.
        return scope.getKey() + ":"
                + scope.getValue().stream()
                        .sorted((a, b) -> Integer.compare(rank(a), rank(b)))
                        .collect(Collectors.joining(","));
    }

    private static int rank(String action) {
        int rank = List.of("pull", "push", "delete").indexOf(action);
        return rank < 0 ? Integer.MAX_VALUE : rank;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scopes scopes && scopes.actions.equals(actions);
    }

    @Override
    public int hashCode() {
        return actions.hashCode();
    }

    @Override
    public String toString() {
        return String.join(" ", strings());
    }
}
