package io.sandboximage.examples.cli;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.error.InvalidRequestException;
import java.util.Optional;

/** Which BuildKit builds: what {@code --builder} says, else what the environment says. */
public final class BuilderChoice {
    private static final String AUTO = "auto";
    private static final String DOCKER = "docker";
    private static final String ENGINE_ADDRESS = "docker:";

    private BuilderChoice() {}

    /** Whether Depot's machines are meant, which have no address before they are asked for. */
    static boolean isDepot(Optional<String> builder) {
        return builder.equals(Optional.of("depot"));
    }

    public static BuildKitAddress of(Optional<String> builder) {
        String name = builder.orElse(AUTO);
        if (name.equals(AUTO)) {
            return BuildKitAddress.auto();
        }
        if (name.equals(DOCKER)) {
            return BuildKitAddress.parse("docker://");
        }
        if (name.contains("://")) {
            return BuildKitAddress.parse(name);
        }
        throw new InvalidRequestException("There is no builder \"" + name
                + "\": give --builder auto, docker, depot or an address such as unix:///path/to/buildkitd.sock; for a builder of"
                + " buildx, make it the current one and give auto");
    }

    /** Whether it is part of a Docker engine: images that it makes are in the engine without a transfer. */
    public static boolean isEngine(BuildKitAddress address) {
        return address.toString().startsWith(ENGINE_ADDRESS);
    }
}
