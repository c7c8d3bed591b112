package io.sandboximage.testkit.daytona;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The one HTTP server of the emulator: API, proxy with build logs and toolbox, and object storage. */
final class EmulatorServer implements AutoCloseable {
    private static final String API = "/api";
    private static final String PROXY = "/proxy";
    private static final String STORAGE = "/storage";
    private static final int MAX_BODY_BYTES = 100 * 1024;
    private static final long GATHER_SECONDS = 60;

    private final HttpServer http;
    private final ExecutorService threads;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Guard guard;
    private final ScriptedClock clock;
    private final Duration timePerRequest;
    private final TransientImages images;
    private final ObjectStore objects;
    private final SnapshotStore snapshots;
    private final RegistryRoutes registries;
    private final SandboxRoutes sandboxes;
    private final SnapshotRoutes snapshotRoutes;
    private final AccountRoutes account;
    private final BuildLogs logs;
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final Map<Pattern, Deque<ScriptedAnswer>> script = new LinkedHashMap<>();
    private final Map<Pattern, CountDownLatch> gates = new ConcurrentHashMap<>();

    EmulatorServer(
            ScriptedClock clock,
            Guard guard,
            Map<String, Integer> limits,
            RobotAccounts robots,
            String registry,
            Duration timePerRequest) {
        this.guard = guard;
        this.clock = clock;
        this.timePerRequest = timePerRequest;
        this.http = LoopbackHttp.open();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "daytona-emulator");
            thread.setDaemon(true);
            return thread;
        });
        this.images = new TransientImages(registry, robots);
        this.objects = new ObjectStore(clock, guard, address() + STORAGE);
        this.snapshots = new SnapshotStore(clock, images::pull, objects::hasContext);
        this.registries = new RegistryRoutes(clock, guard, robots, registry);
        this.sandboxes = new SandboxRoutes(clock, guard, snapshots, address() + PROXY);
        this.snapshotRoutes = new SnapshotRoutes(snapshots, guard, limits, address() + PROXY);
        this.account = new AccountRoutes(guard, snapshots, limits);
        this.logs = new BuildLogs(snapshots, closed);
        http.createContext(API, exchange -> handle(exchange, API));
        http.createContext(PROXY, exchange -> handle(exchange, PROXY));
        http.createContext(STORAGE, exchange -> {
            // Its paths are signed as a whole.
            ApiCall call = new ApiCall(exchange, STORAGE);
            send(exchange, objects.answer(call));
        });
        http.setExecutor(threads);
        http.start();
    }

    URI apiUrl() {
        return URI.create(address() + API);
    }

    SnapshotStore snapshots() {
        return snapshots;
    }

    RegistryRoutes registries() {
        return registries;
    }

    SandboxRoutes sandboxes() {
        return sandboxes;
    }

    ObjectStore objects() {
        return objects;
    }

    List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    void script(Pattern line, List<ScriptedAnswer> answers) {
        synchronized (script) {
            script.put(line, new ArrayDeque<>(answers));
        }
    }

    void gather(Pattern line, int count) {
        gates.put(line, new CountDownLatch(count));
    }

    @Override
    public void close() {
        closed.countDown();
        http.stop(0);
        threads.shutdownNow();
        images.close();
    }

    private String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private void handle(HttpExchange exchange, String prefix) throws IOException {
        ApiCall call = new ApiCall(exchange, prefix);
        RecordedRequest request = call.record(prefix);
        requests.add(request);
        clock.advance(timePerRequest);
        awaitOthers(request.line());
        Optional<ScriptedAnswer> scripted = scripted(request.line());
        Answer answer = null;
        if (scripted.isEmpty() || scripted.get().worksFirst()) {
            answer = answer(call, prefix, request);
            if (answer == null) {
                return; // A stream that is over.
            }
        }
        if (scripted.isPresent()) {
            ScriptedAnswer given = scripted.get();
            if (given.status() == 0) {
                throw new IOException("scripted break");
            }
            answer = new Answer(given.status(), given.headers(), given.body().getBytes(StandardCharsets.UTF_8));
        }
        if (answer != null) {
            send(exchange, answer);
        }
    }

    private @Nullable Answer answer(ApiCall call, String prefix, RecordedRequest request) throws IOException {
        try {
            if (call.body().length > MAX_BODY_BYTES) {
                throw ApiError.notFound("Cannot " + call.method() + " " + prefix + request.path());
            }
            guard.authenticate(call);
            String first = call.segments().isEmpty() ? "" : call.segments().get(0);
            if (prefix.equals(PROXY) && first.equals("snapshots")) {
                logs.answer(call);
                return null;
            }
            Answer answer =
                    switch (first) {
                        case "snapshots" -> snapshotRoutes.answer(call);
                        case "docker-registry" -> registries.answer(call);
                        case "sandbox" -> sandboxes.answer(call);
                        case "toolbox" -> sandboxes.toolbox(call);
                        case "object-storage" -> objects.access(call);
                        case "api-keys", "organizations" -> account.answer(call);
                        default -> null;
                    };
            if (answer == null) {
                throw ApiError.notFound("Cannot " + call.method() + " " + prefix + request.path());
            }
            return answer;
        } catch (ApiError e) {
            return error(e, request);
        }
    }

    private static Answer error(ApiError error, RecordedRequest request) {
        Map<String, Object> json = new LinkedHashMap<>();
        boolean malformed = error.getMessage() != null && error.getMessage().startsWith("Unexpected token");
        if (!malformed) {
            json.put("path", request.path());
            json.put("timestamp", "2026-11-01T12:00:00.000Z");
        }
        json.put("statusCode", error.status());
        json.put("error", reason(error.status()));
        json.put("message", String.valueOf(error.getMessage()));
        return Answer.json(error.status(), json);
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 409 -> "Conflict";
            default -> "Internal Server Error";
        };
    }

    private void awaitOthers(String line) throws IOException {
        for (Map.Entry<Pattern, CountDownLatch> gate : gates.entrySet()) {
            if (gate.getKey().matcher(line).matches()) {
                gate.getValue().countDown();
                try {
                    if (!gate.getValue().await(GATHER_SECONDS, TimeUnit.SECONDS)) {
                        throw new IOException("nobody else came to " + line);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private Optional<ScriptedAnswer> scripted(String line) {
        synchronized (script) {
            List<Pattern> patterns = new ArrayList<>(script.keySet());
            for (Pattern pattern : patterns) {
                Deque<ScriptedAnswer> answers = script.get(pattern);
                if (answers != null
                        && !answers.isEmpty()
                        && pattern.matcher(line).matches()) {
                    return Optional.of(answers.removeFirst());
                }
            }
        }
        return Optional.empty();
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.getResponseHeaders().set("X-Daytona-Api-Version", "v0.190.0");
            if (answer.status() < 400) {
                exchange.getResponseHeaders().set("X-RateLimit-Limit-authenticated", "10000");
                exchange.getResponseHeaders().set("X-RateLimit-Remaining-authenticated", "9990");
                exchange.getResponseHeaders().set("X-RateLimit-Reset-authenticated", "42");
            }
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            if (answer.body().length > 0) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }
}
