package io.sandboximage.examples.cli;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.examples.Place;
import io.sandboximage.image.ImageReference;
import io.sandboximage.registry.RegistryClient;

/** A registry client for the places of one command. */
final class RegistryAccess {
    private CredentialProvider credentials = CredentialProvider.fromEnvironment();

    /**
     * Uses these credentials, but only for the registry of this place.
     *
     * @param creds {@code USER:PASSWORD}; empty to leave it to the environment
     */
    RegistryAccess with(Place place, String creds) {
        if (creds.isEmpty()) {
            return this;
        }
        int colon = creds.indexOf(':');
        if (colon < 1) {
            throw new InvalidRequestException("Credentials are written USER:PASSWORD");
        }
        ImageReference reference = place.reference()
                .orElseThrow(
                        () -> new InvalidRequestException(place + " is not in a registry and takes no credentials"));
        Credentials basic = Credentials.basic(creds.substring(0, colon), creds.substring(colon + 1));
        credentials = CredentialProvider.of(reference.registry(), basic).or(credentials);
        return this;
    }

    RegistryClient open(boolean plainHttp) {
        return RegistryClient.builder()
                .credentials(credentials)
                .plainHttp(host -> plainHttp)
                .build();
    }
}
