package io.sandboximage.depot.registry;

import io.sandboximage.credentials.Credentials;

/**
 * Reads images of one project for about an hour.
 *
 * @param token secret
 * @param registryHost where, as in image references
 */
public record PullToken(String token, String registryHost) {
    /** As registries want it. */
    public Credentials credentials() {
        return Credentials.basic(DepotCredentials.USER, token);
    }

    @Override
    public String toString() {
        return "PullToken[token=***, registryHost=" + registryHost + "]";
    }
}
