package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.proto.sandbox.RunCommandRequest;
import io.sandboximage.error.InvalidRequestException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A command to run in a sandbox. Immutable.
 *
 * @param directory to run it in; Depot's choice where empty
 * @param environment wins over the sandbox's own; may hold secrets, {@link #toString()} shows only the names
 * @param sudo whether to run it as root
 * @param detached whether nobody waits for its end; its output is lost
 */
public record SandboxCommand(
        String program,
        List<String> arguments,
        Optional<String> directory,
        Map<String, String> environment,
        boolean sudo,
        boolean detached) {

    /** @throws InvalidRequestException if there is no program, or a variable has a name that is not possible */
    public SandboxCommand {
        if (program.isEmpty()) {
            throw new InvalidRequestException("A command needs a program to run");
        }
        arguments = List.copyOf(arguments);
        environment = EnvironmentNames.checked(environment);
    }

    public static SandboxCommand of(String program, String... arguments) {
        return new SandboxCommand(program, List.of(arguments), Optional.empty(), Map.of(), false, false);
    }

    /** A script for the sandbox's {@code /bin/sh}, as a login shell. */
    public static SandboxCommand shell(String script) {
        return of("/bin/sh", "-lc", script);
    }

    public SandboxCommand in(String newDirectory) {
        return new SandboxCommand(program, arguments, Optional.of(newDirectory), environment, sudo, detached);
    }

    public SandboxCommand env(String name, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new SandboxCommand(program, arguments, directory, more, sudo, detached);
    }

    public SandboxCommand asRoot() {
        return new SandboxCommand(program, arguments, directory, environment, true, detached);
    }

    public SandboxCommand detach() {
        return new SandboxCommand(program, arguments, directory, environment, sudo, true);
    }

    RunCommandRequest wire(String sandbox) {
        RunCommandRequest.Builder request = RunCommandRequest.newBuilder()
                .setSandbox(Refs.sandbox(sandbox))
                .setCmd(program)
                .addAllArgs(arguments)
                .putAllEnv(environment);
        directory.ifPresent(request::setCwd);
        if (sudo) {
            request.setSudo(true);
        }
        if (detached) {
            request.setDetached(true);
        }
        return request.build();
    }

    @Override
    public String toString() {
        return program + " " + String.join(" ", arguments) + " " + environment.keySet();
    }
}
