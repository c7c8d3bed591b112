package io.sandboximage.testkit.daytona;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sessions of one sandbox, {@code /process/session/…} of its toolbox. Commands run for two seconds. */
final class Sessions {
    private static final Duration WORK = Duration.ofSeconds(2);

    private final Clock clock;
    private final Map<String, Map<String, Run>> commands = new ConcurrentHashMap<>();

    Sessions(Clock clock) {
        this.clock = clock;
    }

    private record Run(String command, CommandAnswer answer, Instant end) {}

    /** @param path what follows {@code session} */
    @Nullable
    Answer answer(ApiCall call, List<String> path, Function<String, CommandAnswer> answers) {
        if (path.isEmpty()) {
            return call.method().equals("POST") ? create(call) : null;
        }
        Map<String, Run> session = commands.get(path.get(0));
        if (session == null) {
            throw ApiError.notFound("session not found");
        }
        String rest = call.method() + " " + path.size();
        return switch (rest) {
            case "DELETE 1" -> {
                commands.remove(path.get(0));
                yield Answer.empty(204);
            }
            case "POST 2" -> start(call, session, answers);
            case "GET 3" -> state(path.get(2), run(session, path.get(2)));
            case "GET 4" -> logs(run(session, path.get(2)));
            default -> null;
        };
    }

    private Answer create(ApiCall call) {
        String id = String.valueOf(call.json().get("sessionId"));
        if (commands.putIfAbsent(id, new ConcurrentHashMap<>()) != null) {
            throw new ApiError(409, "session already exists");
        }
        return Answer.empty(201);
    }

    private Answer start(ApiCall call, Map<String, Run> session, Function<String, CommandAnswer> answers) {
        String command = String.valueOf(call.json().get("command"));
        CommandAnswer answer = answers.apply(command);
        String id = UUID.randomUUID().toString();
        session.put(id, new Run(command, answer, clock.instant().plus(WORK)));
        return Answer.json(202, Map.of("cmdId", id));
    }

    private static Run run(Map<String, Run> session, String id) {
        Run run = session.get(id);
        if (run == null) {
            throw ApiError.notFound("command not found");
        }
        return run;
    }

    private Answer state(String id, Run run) {
        boolean runs = run.answer().timesOut() || clock.instant().isBefore(run.end());
        return Answer.json(
                200,
                runs
                        ? Map.of("id", id, "command", run.command())
                        : Map.of(
                                "id",
                                id,
                                "command",
                                run.command(),
                                "exitCode",
                                run.answer().exitCode()));
    }

    private static Answer logs(Run run) {
        CommandAnswer answer = run.answer();
        return Answer.json(
                200,
                Map.of(
                        "output", answer.output() + answer.errors(),
                        "stdout", answer.output(),
                        "stderr", answer.errors()));
    }
}
