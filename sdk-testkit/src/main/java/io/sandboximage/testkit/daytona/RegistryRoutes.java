package io.sandboximage.testkit.daytona;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /docker-registry}. */
final class RegistryRoutes {
    private static final Pattern URL =
            Pattern.compile("(?:https?://)?[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+(?::[0-9]+)?(?:/.*)?");
    private static final Duration ACCESS = Duration.ofHours(1);

    private final Clock clock;
    private final Guard guard;
    private final RobotAccounts robots;
    private final String transientRegistry;
    private final Map<String, Map<String, Object>> byId = new ConcurrentHashMap<>();

    RegistryRoutes(Clock clock, Guard guard, RobotAccounts robots, String transientRegistry) {
        this.clock = clock;
        this.guard = guard;
        this.robots = robots;
        this.transientRegistry = transientRegistry;
    }

    List<Map<String, Object>> all() {
        List<Map<String, Object>> all = new ArrayList<>(byId.values());
        all.sort((a, b) -> String.valueOf(b.get("createdAt")).compareTo(String.valueOf(a.get("createdAt"))));
        return all;
    }

    @Nullable
    Answer answer(ApiCall call) {
        List<String> path = call.segments();
        if (path.size() == 2 && path.get(1).equals("registry-push-access")) {
            return pushAccess();
        }
        return switch (call.method() + " " + path.size()) {
            case "GET 1" -> Answer.json(200, all());
            case "POST 1" -> create(call);
            case "GET 2" -> Answer.json(200, get(path.get(1)));
            case "PATCH 2" -> update(call, path.get(1));
            case "DELETE 2" -> {
                guard.require("delete:registries");
                get(path.get(1));
                byId.remove(path.get(1));
                yield Answer.empty(204);
            }
            default -> null;
        };
    }

    private Answer pushAccess() {
        guard.require("write:snapshots", "write:sandboxes");
        RobotAccounts.Robot robot = robots.make(ACCESS);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("username", robot.username());
        json.put("secret", robot.secret());
        json.put("registryUrl", transientRegistry);
        json.put("registryId", UUID.randomUUID().toString());
        json.put("project", DaytonaEmulator.PROJECT);
        json.put("expiresAt", robot.expiresAt().toString());
        return Answer.json(200, json);
    }

    private Answer create(ApiCall call) {
        guard.require("write:registries");
        Map<String, Object> request = call.json();
        check(request, true);
        Map<String, Object> registry = new LinkedHashMap<>();
        String id = UUID.randomUUID().toString();
        registry.put("id", id);
        write(request, registry, request.getOrDefault("project", ""));
        registry.put("registryType", "organization");
        registry.put("createdAt", clock.instant().toString());
        registry.put("updatedAt", clock.instant().toString());
        byId.put(id, registry);
        return Answer.json(201, registry);
    }

    private Answer update(ApiCall call, String id) {
        guard.require("write:registries");
        Map<String, Object> registry = get(id);
        Map<String, Object> request = call.json();
        check(request, false);
        write(request, registry, request.getOrDefault("project", ""));
        registry.put("updatedAt", clock.instant().toString());
        Map<String, Object> answer = new LinkedHashMap<>(registry);
        if (!request.containsKey("project")) {
            answer.remove("project"); // As live: the specification says that it is required.
        }
        return Answer.json(200, answer);
    }

    private static void check(Map<String, Object> request, boolean password) {
        List<String> violations = new ArrayList<>();
        for (String name : password ? List.of("name", "username", "password") : List.of("name", "username")) {
            if (!(request.get(name) instanceof String)) {
                violations.add(name + " must be a string");
            }
        }
        if (!(request.get("url") instanceof String url) || !URL.matcher(url).matches()) {
            violations.add("url must be a URL address");
        }
        if (!violations.isEmpty()) {
            throw ApiError.badRequest(String.join(", ", violations));
        }
    }

    private static void write(Map<String, Object> request, Map<String, Object> registry, Object project) {
        String url = String.valueOf(request.get("url"));
        registry.put("name", String.valueOf(request.get("name")));
        registry.put("url", url.contains("docker.io") ? "docker.io" : url.replaceFirst("/+$", ""));
        registry.put("username", String.valueOf(request.get("username")));
        registry.put("project", project);
    }

    private Map<String, Object> get(String id) {
        Map<String, Object> registry = byId.get(id);
        if (registry == null) {
            throw ApiError.notFound("Docker registry with ID " + id + " not found");
        }
        return registry;
    }
}
