package io.sandboximage.sandbox;

import io.sandboximage.error.InvalidRequestException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to run in a sandbox; immutable, each step gives a new value.
 *
 * @param workingDirectory empty for the sandbox's own
 * @param user as {@code docker exec --user} takes it; empty for the sandbox's own
 * @param limit how long it may take before it is killed; zero for ever
 * @param input its standard input, read while it runs; absent for none
 */
public record ExecRequest(
        List<String> command,
        Map<String, String> environment,
        String workingDirectory,
        String user,
        Duration limit,
        Optional<InputStream> input) {
    public ExecRequest {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty()) {
            throw new InvalidRequestException("There is no command to run in the sandbox");
        }
        if (limit.isNegative()) {
            throw new InvalidRequestException("A program cannot be given " + limit);
        }
    }

    /** The program and its arguments; no shell is between. */
    public static ExecRequest of(String... command) {
        return new ExecRequest(List.of(command), Map.of(), "", "", Duration.ZERO, Optional.empty());
    }

    public ExecRequest env(String name, String value) {
        return env(Map.of(name, value));
    }

    public ExecRequest env(Map<String, String> variables) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.putAll(variables);
        return new ExecRequest(command, more, workingDirectory, user, limit, input);
    }

    public ExecRequest workingDirectory(String path) {
        return new ExecRequest(command, environment, path, user, limit, input);
    }

    public ExecRequest user(String name) {
        return new ExecRequest(command, environment, workingDirectory, name, limit, input);
    }

    public ExecRequest limit(Duration newLimit) {
        return new ExecRequest(command, environment, workingDirectory, user, newLimit, input);
    }

    /** @param stream the caller closes it, after the program has ended */
    public ExecRequest input(InputStream stream) {
        return new ExecRequest(command, environment, workingDirectory, user, limit, Optional.of(stream));
    }
}
