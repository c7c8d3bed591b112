package io.sandboximage.examples.cli;

import io.sandboximage.docker.DockerHost;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Docker engine. */
final class EngineOption {
    @Option(
            names = {"-H", "--host"},
            paramLabel = "ADDRESS",
            description =
                    "The Docker engine, unix:///path or tcp://host:port; otherwise the one that docker would use.")
    private @Nullable String address;

    DockerHost engine() {
        return address == null ? DockerHost.discover() : DockerHost.parse(address);
    }
}
