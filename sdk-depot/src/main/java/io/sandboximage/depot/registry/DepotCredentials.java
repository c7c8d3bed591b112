package io.sandboximage.depot.registry;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import java.util.Optional;
import java.util.Set;

/** Who to be at Depot's registry: whoever the token is for, found anew at each search. Knows nothing of other registries. */
public final class DepotCredentials implements CredentialProvider {
    static final String USER = "x-token";

    private final TokenProvider tokens;
    private final Set<String> moreHosts;

    private DepotCredentials(TokenProvider tokens, Set<String> moreHosts) {
        this.tokens = tokens;
        this.moreHosts = Set.copyOf(moreHosts);
    }

    public static DepotCredentials of(DepotAccess access) {
        return of(access.tokens());
    }

    public static DepotCredentials of(TokenProvider tokens) {
        return new DepotCredentials(tokens, Set.of());
    }

    /** The token chain of Depot's command line. */
    public static DepotCredentials fromEnvironment() {
        return of(TokenProvider.fromEnvironment());
    }

    /** The same for hosts, as in image references, that the service names besides its usual ones. */
    public DepotCredentials alsoAt(String... hosts) {
        return new DepotCredentials(tokens, Set.of(hosts));
    }

    @Override
    public Optional<Credentials> find(String registryHost) {
        return DepotReference.isDepot(registryHost) || moreHosts.contains(registryHost)
                ? tokens.find().map(token -> Credentials.basic(USER, token))
                : Optional.empty();
    }
}
