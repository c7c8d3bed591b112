package io.sandboximage.daytona.sandbox;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A sandbox to start; immutable, each step gives a new value.
 *
 * @param snapshot name or id of an active snapshot
 * @param name empty for one that is made up
 * @param env environment variables
 * @param labels for finding it again
 * @param region empty for the client's
 * @param autoStop after so long without use; zero for never
 * @param autoDelete after so long stopped; negative for never
 */
public record SandboxSpec(
        String snapshot,
        Optional<String> name,
        Map<String, String> env,
        Map<String, String> labels,
        Optional<String> region,
        Duration autoStop,
        Duration autoDelete) {
    private static final Duration AUTO_STOP = Duration.ofMinutes(15);
    /** So that one that nobody could clean up goes by itself. */
    private static final Duration AUTO_DELETE = Duration.ofMinutes(30);

    public SandboxSpec {
        env = Map.copyOf(env);
        labels = Map.copyOf(labels);
    }

    public static SandboxSpec of(String snapshot) {
        return new SandboxSpec(
                snapshot, Optional.empty(), Map.of(), Map.of(), Optional.empty(), AUTO_STOP, AUTO_DELETE);
    }

    public SandboxSpec name(String newName) {
        return new SandboxSpec(snapshot, Optional.of(newName), env, labels, region, autoStop, autoDelete);
    }

    public SandboxSpec env(String variable, String value) {
        return new SandboxSpec(snapshot, name, plus(env, variable, value), labels, region, autoStop, autoDelete);
    }

    public SandboxSpec label(String key, String value) {
        return new SandboxSpec(snapshot, name, env, plus(labels, key, value), region, autoStop, autoDelete);
    }

    public SandboxSpec region(String id) {
        return new SandboxSpec(snapshot, name, env, labels, Optional.of(id), autoStop, autoDelete);
    }

    public SandboxSpec autoStop(Duration idle) {
        return new SandboxSpec(snapshot, name, env, labels, region, idle, autoDelete);
    }

    public SandboxSpec autoDelete(Duration stopped) {
        return new SandboxSpec(snapshot, name, env, labels, region, autoStop, stopped);
    }

    private static Map<String, String> plus(Map<String, String> map, String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(map);
        more.put(key, value);
        return more;
    }
}
