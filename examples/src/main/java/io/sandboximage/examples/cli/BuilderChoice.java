package io.sandboximage.examples.cli;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.error.InvalidRequestException;
import java.util.Map;
import java.util.Optional;

/** Which BuildKit builds: what {@code --builder} says, else what the environment says. */
final class BuilderChoice {
    private static final String AUTO = "auto";
    private static final String ADDRESS_VARIABLE = "BUILDKIT_HOST";

    private BuilderChoice() {}

    static BuildKitAddress of(Optional<String> builder, Map<String, String> environment) {
        String name = builder.orElse(AUTO);
        if (name.contains("://")) {
            return BuildKitAddress.parse(name);
        }
        String address = environment.getOrDefault(ADDRESS_VARIABLE, "");
        if (name.equals(AUTO) && !address.isEmpty()) {
            return BuildKitAddress.parse(address);
        }
        throw new InvalidRequestException("There is no builder \"" + name
                + "\": give --builder unix:///path/to/buildkitd.sock, or set " + ADDRESS_VARIABLE);
    }
}
