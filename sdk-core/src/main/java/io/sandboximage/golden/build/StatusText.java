package io.sandboximage.golden.build;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.json.JsonView;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A status as JSON. What is pending is not in it: each service writes its own. */
final class StatusText {
    private StatusText() {}

    static Map<String, Object> json(GoldenBuildStatus status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("host", status.host());
        json.put("state", status.state().name());
        json.put("build", status.buildId());
        json.put("reasons", status.reasons());
        json.put("attempt", status.attempt());
        json.put("error", status.error());
        put(json, "started", status.started());
        put(json, "finished", status.finished());
        put(json, "log", status.log());
        put(json, "generation", status.generation());
        put(json, "ready", status.ready());
        return json;
    }

    static GoldenBuildStatus parse(String project, JsonView json) {
        return new GoldenBuildStatus(
                project,
                json.requireString("host"),
                state(json.requireString("state")),
                json.requireString("build"),
                json.strings("reasons"),
                (int) json.requireNumber("attempt"),
                json.string("started").map(Instant::parse),
                json.string("finished").map(Instant::parse),
                json.requireString("error"),
                json.string("log").map(Path::of),
                json.string("generation"),
                json.string("ready").map(Instant::parse),
                List.of());
    }

    private static GoldenBuildState state(String word) {
        for (GoldenBuildState state : GoldenBuildState.values()) {
            if (state.name().equals(word)) {
                return state;
            }
        }
        throw new InvalidContentException("\"" + word + "\" is no state of a build");
    }

    private static void put(Map<String, Object> json, String name, Optional<?> value) {
        value.ifPresent(v -> json.put(name, v.toString()));
    }
}
