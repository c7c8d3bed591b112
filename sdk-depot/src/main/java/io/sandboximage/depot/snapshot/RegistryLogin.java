package io.sandboximage.depot.snapshot;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.sandbox.SandboxCommand;
import java.util.Optional;

/** Who we are to registries: what the caller gave, and to Depot's own the holder of a token of Depot. */
final class RegistryLogin {
    private static final String DEPOTS = "registry.depot.dev";
    private static final String TOKEN_USER = "x-token";

    private RegistryLogin() {}

    static CredentialProvider of(CredentialProvider given, DepotAccess access) {
        CredentialProvider depots = host -> host.equals(DEPOTS) || host.endsWith("." + DEPOTS)
                ? Optional.of(Credentials.basic(TOKEN_USER, access.token()))
                : Optional.empty();
        return given.or(depots);
    }

    /** The command with what its registry wants to know, in the variables that Depot's helper has for it. */
    static SandboxCommand with(SandboxCommand command, CredentialProvider logins, String host) {
        Optional<Credentials> found = logins.find(host);
        if (found.isEmpty() || !(found.get() instanceof Credentials.Basic basic)) {
            return command;
        }
        return command.env("REGISTRY_USERNAME", basic.username()).env("REGISTRY_PASSWORD", basic.password());
    }
}
