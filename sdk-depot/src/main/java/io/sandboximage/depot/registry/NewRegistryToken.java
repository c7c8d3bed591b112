package io.sandboximage.depot.registry;

import io.sandboximage.credentials.Credentials;

/**
 * An access token that was just made.
 *
 * @param secret never shown again
 */
public record NewRegistryToken(RegistryToken token, String secret) {
    /** As registries want it. */
    public Credentials credentials() {
        return Credentials.basic(DepotCredentials.USER, secret);
    }

    @Override
    public String toString() {
        return "NewRegistryToken[token=" + token + ", secret=***]";
    }
}
