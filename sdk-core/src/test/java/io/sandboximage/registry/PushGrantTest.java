package io.sandboximage.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.image.ImageReference;
import io.sandboximage.registry.server.RegistryServer;
import org.junit.jupiter.api.Test;

class PushGrantTest {
    @Test
    void isThePasswordWhereTheRegistryTakesPasswords() {
        try (RegistryServer server =
                RegistryServer.builder().basicAuth("me", "hush").start()) {
            Credentials credentials = Credentials.basic("me", "hush");
            try (RegistryClient client = client(server, credentials)) {
                PushGrant grant = repository(client, server).pushGrant().orElseThrow();
                assertThat("Basic " + grant.token()).isEqualTo(((Credentials.Basic) credentials).authorization());
                assertThat(grant.scheme()).isEqualTo("Basic");
                assertThat(grant.toString()).doesNotContain(grant.token());
                assertThat(repository(client, server).pushGrant()).contains(grant);
            }
        }
    }

    @Test
    void isNoneWhereNobodyIsAskedOrThereIsNothingToSay() {
        try (RegistryServer open = RegistryServer.builder().start();
                RegistryServer closed =
                        RegistryServer.builder().basicAuth("me", "hush").start();
                RegistryClient client = client(open, Credentials.basic("me", "hush"))) {
            assertThat(repository(client, open).pushGrant()).isEmpty();
            assertThat(repository(client, closed).pushGrant()).isEmpty();
        }
    }

    private static RegistryClient client(RegistryServer server, Credentials credentials) {
        return RegistryClient.builder()
                .credentials(CredentialProvider.of(server.address(), credentials))
                .build();
    }

    private static Repository repository(RegistryClient client, RegistryServer server) {
        return client.repository(ImageReference.parse(server.address() + "/acme/app:1"));
    }
}
