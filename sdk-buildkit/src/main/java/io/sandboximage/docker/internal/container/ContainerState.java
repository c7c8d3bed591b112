package io.sandboximage.docker.internal.container;

import io.sandboximage.internal.json.JsonView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as the engine knows it.
 *
 * @param status the engine's word: {@code created}, {@code running}, {@code exited}…
 * @param error why it could not be started; empty if it could
 * @param publishedPorts by port of the container, as {@code address:port} of the engine's machine
 */
public record ContainerState(
        String id,
        String name,
        String image,
        String status,
        boolean running,
        int exitCode,
        String error,
        Map<String, String> labels,
        Map<Integer, String> publishedPorts) {
    static ContainerState parse(JsonView json) {
        JsonView state = json.requireObject("State");
        JsonView config = json.requireObject("Config");
        return new ContainerState(
                json.requireString("Id"),
                json.string("Name").orElse("").replaceFirst("^/", ""),
                config.string("Image").orElse(""),
                state.string("Status").orElse(""),
                state.bool("Running").orElse(false),
                state.number("ExitCode").orElse(0L).intValue(),
                state.string("Error").orElse(""),
                config.stringMap("Labels"),
                ports(json.object("NetworkSettings").flatMap(network -> network.object("Ports"))));
    }

    private static Map<Integer, String> ports(Optional<JsonView> json) {
        Map<Integer, String> ports = new LinkedHashMap<>();
        json.ifPresent(all -> all.members().keySet().forEach(key -> {
            List<JsonView> bindings = all.objects(key);
            if (key.endsWith("/tcp") && !bindings.isEmpty()) {
                JsonView first = bindings.get(0);
                ports.put(
                        Integer.parseInt(key.substring(0, key.length() - "/tcp".length())),
                        first.string("HostIp").orElse("0.0.0.0") + ":" + first.requireString("HostPort"));
            }
        }));
        return ports;
    }

    /** How it ended, for messages. */
    public String ending() {
        return error.isEmpty() ? "it is " + status + " with code " + exitCode : "it could not be started: " + error;
    }
}
