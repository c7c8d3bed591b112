package io.sandboximage.testkit.daytona;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code /sandbox}, and the toolbox of each. */
final class SandboxRoutes {
    private static final Duration START = Duration.ofSeconds(3);
    private static final Duration REMOVAL = Duration.ofSeconds(2);

    private final Clock clock;
    private final Guard guard;
    private final SnapshotStore snapshots;
    private final String proxy;
    private final Map<String, Sandbox> byId = new ConcurrentHashMap<>();
    private volatile @Nullable String startFailure;
    private volatile Function<String, CommandAnswer> commands = command -> new CommandAnswer(0, "");

    SandboxRoutes(Clock clock, Guard guard, SnapshotStore snapshots, String proxy) {
        this.clock = clock;
        this.guard = guard;
        this.snapshots = snapshots;
        this.proxy = proxy;
    }

    private static final class Sandbox {
        private final String id = UUID.randomUUID().toString();
        private volatile String name;
        private final String snapshot;
        private final Instant created;
        private final Sessions sessions;
        private volatile String state = "creating";
        private volatile @Nullable String errorReason;
        private volatile @Nullable Instant removalEnds;

        Sandbox(String name, String snapshot, Clock clock) {
            this.name = name;
            this.snapshot = snapshot;
            this.created = clock.instant();
            this.sessions = new Sessions(clock);
        }
    }

    void failStarts(String reason) {
        startFailure = reason;
    }

    void commands(Function<String, CommandAnswer> answers) {
        commands = answers;
    }

    List<String> names() {
        progress();
        return byId.values().stream().map(s -> s.name).toList();
    }

    @Nullable
    Answer answer(ApiCall call) {
        progress();
        List<String> path = call.segments();
        String verb = call.method() + " " + path.size() + (path.size() == 3 ? " " + path.get(2) : "");
        return switch (verb) {
            case "GET 1" -> list(call);
            case "POST 1" -> create(call);
            case "GET 2" -> Answer.json(200, json(get(path.get(1))));
            case "DELETE 2" -> {
                guard.require("delete:sandboxes");
                yield delete(get(path.get(1)));
            }
            case "POST 3 stop" -> {
                guard.require("write:sandboxes");
                Sandbox sandbox = get(path.get(1));
                sandbox.state = "stopped";
                yield Answer.json(200, json(sandbox));
            }
            case "GET 3 toolbox-proxy-url" -> Answer.json(200, Map.of("url", toolbox()));
            default -> null;
        };
    }

    /** {@code /toolbox/<id>/process/…}. */
    @Nullable
    Answer toolbox(ApiCall call) {
        List<String> path = call.segments();
        if (path.size() < 4 || !path.get(2).equals("process")) {
            return null;
        }
        Sandbox sandbox = get(path.get(1));
        if (!sandbox.state.equals("started")) {
            throw ApiError.badRequest("Sandbox is not started");
        }
        if (path.get(3).equals("session")) {
            return sandbox.sessions.answer(call, path.subList(4, path.size()), commands);
        }
        if (path.size() != 4 || !path.get(3).equals("execute")) {
            return null;
        }
        CommandAnswer answer = commands.apply(String.valueOf(call.json().get("command")));
        if (answer.timesOut()) {
            throw new ApiError(408, "command execution timeout");
        }
        return Answer.json(200, Map.of("exitCode", answer.exitCode(), "result", answer.output() + answer.errors()));
    }

    private Answer create(ApiCall call) {
        guard.require("write:sandboxes");
        Map<String, Object> request = call.json();
        String wanted = String.valueOf(request.get("snapshot"));
        EmulatedSnapshot snapshot = snapshots
                .find(wanted)
                .orElseThrow(() -> ApiError.badRequest(
                        "Snapshot " + wanted + " not found. Did you add it through the Daytona Dashboard?"));
        if (!snapshot.state.equals("active")) {
            throw ApiError.badRequest("Snapshot " + wanted + " is " + snapshot.state);
        }
        if (request.containsKey("cpu") || request.containsKey("memory") || request.containsKey("disk")) {
            throw ApiError.badRequest("Cannot specify Sandbox resources when using a snapshot");
        }
        String name =
                String.valueOf(request.getOrDefault("name", UUID.randomUUID().toString()));
        if (byId.values().stream().anyMatch(s -> s.name.equals(name))) {
            throw new ApiError(409, "Sandbox with name " + name + " already exists");
        }
        Sandbox sandbox = new Sandbox(name, snapshot.name, clock);
        byId.put(sandbox.id, sandbox);
        return Answer.json(200, json(sandbox));
    }

    private Answer list(ApiCall call) {
        String wanted = call.query().get("snapshots");
        List<Object> items = new ArrayList<>();
        byId.values().stream()
                .filter(s -> wanted == null || s.snapshot.equals(wanted))
                .forEach(s -> items.add(json(s)));
        Map<String, @Nullable Object> page = new LinkedHashMap<>();
        page.put("items", items);
        page.put("nextCursor", null);
        return Answer.json(200, page);
    }

    private Answer delete(Sandbox sandbox) {
        sandbox.state = "destroying";
        sandbox.name = "DESTROYED_" + sandbox.name + "_" + clock.millis();
        sandbox.removalEnds = clock.instant().plus(REMOVAL);
        return Answer.json(200, json(sandbox));
    }

    private Sandbox get(String key) {
        return byId.values().stream()
                .filter(s -> s.id.equals(key) || s.name.equals(key))
                .findFirst()
                .orElseThrow(() -> ApiError.notFound("Sandbox with ID or name " + key + " not found"));
    }

    private void progress() {
        Instant now = clock.instant();
        byId.values().removeIf(s -> s.removalEnds != null && !now.isBefore(s.removalEnds));
        for (Sandbox sandbox : byId.values()) {
            if (sandbox.state.equals("creating") && !now.isBefore(sandbox.created.plus(START))) {
                sandbox.errorReason = startFailure;
                sandbox.state = startFailure == null ? "started" : "error";
            }
        }
    }

    private String toolbox() {
        return proxy + "/toolbox";
    }

    private Map<String, @Nullable Object> json(Sandbox sandbox) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", sandbox.id);
        json.put("organizationId", Guard.ORGANIZATION);
        json.put("name", sandbox.name);
        json.put("snapshot", sandbox.snapshot);
        json.put("user", "daytona");
        json.put("env", Map.of());
        json.put("labels", Map.of());
        json.put("public", false);
        json.put("networkBlockAll", false);
        json.put("target", "us");
        json.put("cpu", BigDecimal.ONE);
        json.put("gpu", BigDecimal.ZERO);
        json.put("memory", BigDecimal.ONE);
        json.put("disk", BigDecimal.valueOf(3));
        json.put("state", sandbox.state);
        json.put("errorReason", sandbox.errorReason);
        json.put("toolboxProxyUrl", toolbox());
        return json;
    }
}
