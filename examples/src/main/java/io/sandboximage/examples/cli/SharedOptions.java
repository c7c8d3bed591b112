package io.sandboximage.examples.cli;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.shared.SharedBuildKit;
import io.sandboximage.shared.SharedSettings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which shared BuildKit; the same for all commands about it. */
final class SharedOptions {
    @Mixin
    private EngineOption host = new EngineOption();

    @Option(names = "--name", defaultValue = "shared", description = "Tells several apart.")
    private String name = "shared";

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "For certificates; otherwise sandbox-image/NAME in XDG_STATE_HOME or ~/.local/state.")
    private @Nullable Path directory;

    @Option(names = "--processes", description = "Processes of this machine; otherwise containers of the engine.")
    private boolean processes;

    @Option(
            names = "--buildkit-image",
            paramLabel = "IMAGE",
            defaultValue = "moby/buildkit:buildx-stable-1",
            description = "That the engine has; otherwise ${DEFAULT-VALUE}.")
    private String buildKitImage = "";

    @Option(
            names = "--registry-image",
            paramLabel = "IMAGE",
            defaultValue = "registry:2",
            description = "That the engine has; otherwise ${DEFAULT-VALUE}.")
    private String registryImage = "";

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            defaultValue = "127.0.0.1:8350",
            description = "Of BuildKit; otherwise ${DEFAULT-VALUE}.")
    private String listen = "";

    @Option(
            names = "--registry-listen",
            paramLabel = "ADDRESS:PORT",
            defaultValue = "127.0.0.1:8351",
            description = "Of the registry; otherwise ${DEFAULT-VALUE}.")
    private String registryListen = "";

    @Option(
            names = "--network",
            paramLabel = "NETWORK",
            description = "Publish the ports from this network of the engine; otherwise its machine's own is used.")
    private @Nullable String network;

    SharedBuildKit shared(Map<String, String> environment) {
        Path place = directory == null ? state(environment).resolve(name) : directory;
        SharedSettings settings = processes
                ? SharedSettings.processes(place)
                : SharedSettings.containers(host.engine(), place, buildKitImage, registryImage);
        settings = settings.name(name)
                .listen(address(listen), port(listen))
                .registryListen(address(registryListen), port(registryListen));
        return SharedBuildKit.of(network == null ? settings : settings.network(network));
    }

    private static Path state(Map<String, String> environment) {
        String base = environment.getOrDefault("XDG_STATE_HOME", "");
        Path home = Path.of(System.getProperty("user.home", "/"));
        return (base.isEmpty() ? home.resolve(".local").resolve("state") : Path.of(base)).resolve("sandbox-image");
    }

    private static String address(String text) {
        return split(text)[0];
    }

    private static int port(String text) {
        return Integer.parseInt(split(text)[1]);
    }

    private static String[] split(String text) {
        if (!text.matches("[0-9.]+:[0-9]{1,5}")) {
            throw new InvalidRequestException("\"" + text + "\" is not where to listen: write 127.0.0.1:8350");
        }
        return text.split(":", 2);
    }
}
