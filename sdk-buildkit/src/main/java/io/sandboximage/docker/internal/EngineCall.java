package io.sandboximage.docker.internal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One call of the Engine API; immutable, each step gives a new value.
 *
 * @param what completes the sentence "Could not …", for instance {@code "tag the image sha256:…"}
 * @param path without version, for instance {@code images/json}
 * @param patient whether the answer may take long, as of a load
 */
public record EngineCall(
        String what,
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        Optional<EngineBody> body,
        boolean patient) {
    public EngineCall {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    public static EngineCall get(String what, String path) {
        return new EngineCall(what, "GET", path, Map.of(), Map.of(), Optional.empty(), false);
    }

    public static EngineCall post(String what, String path) {
        return new EngineCall(what, "POST", path, Map.of(), Map.of(), Optional.empty(), false);
    }

    public static EngineCall delete(String what, String path) {
        return new EngineCall(what, "DELETE", path, Map.of(), Map.of(), Optional.empty(), false);
    }

    public EngineCall query(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(name, value);
        return new EngineCall(what, method, path, more, headers, body, patient);
    }

    public EngineCall header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new EngineCall(what, method, path, query, more, body, patient);
    }

    public EngineCall body(EngineBody newBody) {
        return new EngineCall(what, method, path, query, headers, Optional.of(newBody), patient);
    }

    /** Lets the engine take its time. */
    public EngineCall patiently() {
        return new EngineCall(what, method, path, query, headers, body, true);
    }
}
