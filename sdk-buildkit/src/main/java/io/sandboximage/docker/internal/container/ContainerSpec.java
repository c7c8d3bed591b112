package io.sandboximage.docker.internal.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to make a container of; immutable.
 *
 * @param name empty for one that the engine makes up
 * @param command empty for the image's own
 * @param entrypoint absent for the image's own
 * @param network a network's name; {@code host} and {@code none} are special
 * @param restart an engine's restart policy, for instance {@code no} or {@code unless-stopped}
 * @param user empty for the image's own
 * @param workingDirectory empty for the image's own
 */
public record ContainerSpec(
        String image,
        String name,
        List<String> command,
        Optional<List<String>> entrypoint,
        Map<String, String> environment,
        Map<String, String> labels,
        List<Mount> mounts,
        List<Port> ports,
        boolean privileged,
        String network,
        String restart,
        String user,
        String workingDirectory) {
    public ContainerSpec {
        command = List.copyOf(command);
        entrypoint = entrypoint.map(List::copyOf);
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
        mounts = List.copyOf(mounts);
        ports = List.copyOf(ports);
    }

    /**
     * Something of the engine's machine that is seen in the container.
     *
     * @param source a volume's name, or a path on the engine's machine
     */
    public record Mount(boolean volume, String source, String target, boolean readOnly) {
        Map<String, Object> json() {
            return Map.of("Type", volume ? "volume" : "bind", "Source", source, "Target", target, "ReadOnly", readOnly);
        }
    }

    /**
     * A TCP port of the container on the engine's machine.
     *
     * @param hostAddress where the engine listens for it
     * @param hostPort 0 for one that the engine chooses
     */
    public record Port(String hostAddress, int hostPort, int containerPort) {
        String key() {
            return containerPort + "/tcp";
        }
    }

    /** The body of the Engine API's call that creates it. */
    Map<String, Object> json() {
        Map<String, Object> exposed = new LinkedHashMap<>();
        Map<String, List<Object>> bindings = new LinkedHashMap<>();
        for (Port port : ports) {
            exposed.put(port.key(), Map.of());
            bindings.computeIfAbsent(port.key(), key -> new ArrayList<>())
                    .add(Map.of("HostIp", port.hostAddress(), "HostPort", Integer.toString(port.hostPort())));
        }
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("NetworkMode", network);
        host.put("Privileged", privileged);
        host.put("RestartPolicy", Map.of("Name", restart));
        host.put("Mounts", mounts.stream().map(Mount::json).toList());
        host.put("PortBindings", bindings);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("Image", image);
        json.put("Labels", labels);
        json.put("ExposedPorts", exposed);
        json.put(
                "Env",
                environment.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList());
        entrypoint.ifPresent(program -> json.put("Entrypoint", program));
        if (!command.isEmpty()) {
            json.put("Cmd", command);
        }
        if (!user.isEmpty()) {
            json.put("User", user);
        }
        if (!workingDirectory.isEmpty()) {
            json.put("WorkingDir", workingDirectory);
        }
        json.put("HostConfig", host);
        return json;
    }
}
