package io.sandboximage.testkit.daytona;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /snapshots}. */
final class SnapshotRoutes {
    private static final Set<String> SORTS = Set.of("name", "state", "lastUsedAt", "createdAt");
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 200;

    private final SnapshotStore store;
    private final Guard guard;
    private final Map<String, Integer> limits;
    private final String proxy;

    SnapshotRoutes(SnapshotStore store, Guard guard, Map<String, Integer> limits, String proxy) {
        this.store = store;
        this.guard = guard;
        this.limits = limits;
        this.proxy = proxy;
    }

    @Nullable
    Answer answer(ApiCall call) {
        List<String> path = call.segments();
        String verb = call.method() + " " + path.size() + (path.size() == 3 ? " " + path.get(2) : "");
        return switch (verb) {
            case "GET 1" -> list(call);
            case "POST 1" -> create(call);
            case "GET 2" -> Answer.json(200, store.get(path.get(1)).json(Guard.ORGANIZATION));
            case "DELETE 2" -> {
                guard.require("delete:snapshots");
                store.remove(path.get(1));
                yield Answer.empty(200);
            }
            case "POST 3 activate" -> {
                guard.require("write:snapshots");
                yield Answer.json(200, store.activate(path.get(1)).json(Guard.ORGANIZATION));
            }
            case "POST 3 deactivate" -> {
                guard.require("write:snapshots");
                store.deactivate(path.get(1));
                yield Answer.empty(204);
            }
            case "GET 3 build-logs-url" -> logsUrl(path.get(1));
            default -> null;
        };
    }

    private Answer create(ApiCall call) {
        guard.require("write:snapshots");
        Map<String, Object> request = call.json();
        CreateRules.check(request, limits);
        Integer quota = limits.get("snapshots");
        long counted = store.all().stream()
                .filter(s -> s.working() || s.state.equals("active"))
                .count();
        if (quota != null && counted >= quota) {
            throw ApiError.badRequest("Snapshot quota exceeded. Maximum allowed: " + quota);
        }
        EmulatedSnapshot made = store.add(String.valueOf(request.get("name")), request);
        return Answer.json(200, made.json(Guard.ORGANIZATION));
    }

    private Answer list(ApiCall call) {
        int page = number(call, "page", 1, Integer.MAX_VALUE);
        int limit = number(call, "limit", DEFAULT_LIMIT, MAX_LIMIT);
        String sort = call.query().getOrDefault("sort", "lastUsedAt");
        String part = call.query().getOrDefault("name", "").toLowerCase(Locale.ROOT);
        if (!SORTS.contains(sort)) {
            throw ApiError.badRequest("sort must be one of the following values: name, state, lastUsedAt, createdAt");
        }
        Comparator<EmulatedSnapshot> order = sort.equals("name")
                ? Comparator.comparing(s -> s.name)
                : Comparator.comparing((EmulatedSnapshot s) -> s.created).thenComparing(s -> s.name);
        List<EmulatedSnapshot> fitting = store.all().stream()
                .filter(s -> s.name.toLowerCase(Locale.ROOT).contains(part))
                .sorted(call.query().getOrDefault("order", "desc").equals("asc") ? order : order.reversed())
                .toList();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put(
                "items",
                fitting.stream()
                        .skip((long) (page - 1) * limit)
                        .limit(limit)
                        .map(s -> s.json(Guard.ORGANIZATION))
                        .toList());
        json.put("total", fitting.size());
        json.put("page", page);
        json.put("totalPages", (fitting.size() + limit - 1) / limit);
        return Answer.json(200, json);
    }

    private Answer logsUrl(String key) {
        EmulatedSnapshot snapshot = store.get(key);
        if (!snapshot.build()) {
            throw ApiError.notFound("Snapshot " + key + " has no build info");
        }
        return Answer.json(200, Map.of("url", proxy + "/snapshots/" + snapshot.id + "/build-logs"));
    }

    private static int number(ApiCall call, String name, int standard, int max) {
        String text = call.query().get(name);
        if (text == null) {
            return standard;
        }
        int value = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        if (value < 1) {
            throw ApiError.badRequest(name + " must not be less than 1");
        }
        if (value > max) {
            throw ApiError.badRequest(name + " must not be greater than " + max);
        }
        return value;
    }
}
