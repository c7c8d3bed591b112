package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.daytona.registry.DaytonaRegistry;
import io.sandboximage.daytona.registry.EnsuredRegistry;
import io.sandboximage.daytona.registry.RegistrySpec;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RecordedRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistriesTest {
    private final DaytonaEmulator emulator = DaytonaEmulator.start();
    private final DaytonaClient client = EmulatedDaytona.client(emulator);
    private final Registries registries = client.registries();

    @AfterEach
    void close() {
        client.close();
        emulator.close();
    }

    @Test
    void createsReadsUpdatesAndDeletes() {
        DaytonaRegistry made = registries.create(
                RegistrySpec.of("ours", "https://ghcr.io/", "user", "secret").project("acme"));
        DaytonaRegistry changed = registries.update(made.id(), RegistrySpec.of("ours", "ghcr.io", "other", ""));

        assertThat(made.url()).isEqualTo("https://ghcr.io");
        assertThat(made.project()).isEqualTo("acme");
        assertThat(changed.username()).isEqualTo("other");
        assertThat(registries.get(made.id()).username()).isEqualTo("other");
        assertThat(bodies("PATCH")).singleElement().asString().doesNotContain("password");
        registries.delete(made.id());
        assertThat(registries.list()).isEmpty();
        assertThatThrownBy(() -> registries.delete(made.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void ensuringMakesOneAndThenWritesItsPasswordAnew() {
        EnsuredRegistry first = registries.ensure(RegistrySpec.of("hub", "index.docker.io", "user", "one"));
        EnsuredRegistry second = registries.ensure(RegistrySpec.of("hub", "docker.io", "user", "two"));

        assertThat(first.outcome()).isEqualTo(EnsuredRegistry.Outcome.CREATED);
        assertThat(second.outcome()).isEqualTo(EnsuredRegistry.Outcome.UPDATED);
        assertThat(second.registry().id()).isEqualTo(first.registry().id());
        assertThat(bodies("PATCH")).singleElement().asString().contains("\"password\":\"two\"");
    }

    @Test
    void knowsDepotsRegistry() {
        registries.ensureDepotRegistry("depot-token");

        assertThat(registries.list()).singleElement().satisfies(registry -> {
            assertThat(registry.url()).isEqualTo("registry.depot.dev");
            assertThat(registry.username()).isEqualTo("x-token");
        });
    }

    @Test
    void refusesUrlsThatDaytonaRefuses() {
        for (String url : List.of("localhost:5000", "just text", "")) {
            assertThatThrownBy(() -> RegistrySpec.of("r", url, "u", "p")).isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void showsNoPassword() {
        assertThat(RegistrySpec.of("r", "ghcr.io", "u", "hush").toString()).doesNotContain("hush");
    }

    private List<String> bodies(String method) {
        return emulator.requests().stream()
                .filter(r -> r.method().equals(method))
                .map(RecordedRequest::body)
                .toList();
    }
}
