package io.sandboximage.depot.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DepotReferenceTest {
    @Test
    void readsBothNamings() {
        DepotReference first = DepotReference.parse("registry.depot.dev/prj1:bld1");
        assertThat(first).isEqualTo(DepotReference.ofProject("prj1", "bld1"));
        assertThat(first.organization()).isEmpty();
        assertThat(first.project()).isEqualTo("prj1");

        DepotReference second = DepotReference.parse("org1.registry.depot.dev/tools/lint:v1");
        assertThat(second).isEqualTo(DepotReference.ofOrganization("org1", "tools/lint", "v1"));
        assertThat(second.organization()).contains("org1");
        assertThat(second.project()).isEqualTo("tools");
    }

    @Test
    void targetsOfABakeHaveTagsOfTheirOwn() {
        assertThat(DepotReference.ofProject("prj1", "bld1").target("web"))
                .hasToString("registry.depot.dev/prj1:bld1-web");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ghcr.io/acme/app:1",
                "registry.depot.dev.example.com/prj1:1",
                "evilregistry.depot.dev/prj1:1",
                "a.b.registry.depot.dev/prj1:1",
                "registry.depot.dev:8443/prj1:1"
            })
    void otherHostsAreNotDepots(String text) {
        assertThatThrownBy(() -> DepotReference.parse(text)).isInstanceOf(InvalidRequestException.class);
        assertThat(DepotCredentials.of(TokenProvider.of("secret")).find(text.substring(0, text.indexOf('/'))))
                .isEmpty();
    }

    @Test
    void tokenIsShownToDepotsHostsAlone() {
        DepotCredentials credentials = DepotCredentials.of(TokenProvider.of("secret"));
        assertThat(credentials.find("registry.depot.dev")).contains(Credentials.basic("x-token", "secret"));
        assertThat(credentials.find("ORG1.registry.depot.dev")).isPresent();
        assertThat(credentials.find("docker.io")).isEmpty();
        assertThat(credentials.alsoAt("127.0.0.1:5000").find("127.0.0.1:5000")).isPresent();
        assertThat(DepotCredentials.of(TokenProvider.of("")).find("registry.depot.dev"))
                .isEmpty();
    }
}
