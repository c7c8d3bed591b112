package io.sandboximage.depot.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.testkit.depot.DepotEmulator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Projects and what belongs to them, against the emulator. */
class DepotProjectsTest {
    private static final String TOKEN = "organization-token";

    private final DepotEmulator emulator =
            DepotEmulator.start().token(TOKEN).project("prj1", "demo").project("prj2", "other");
    private DepotProjects projects;

    @BeforeEach
    void open() {
        projects = DepotProjects.open(access());
    }

    @AfterEach
    void close() {
        projects.close();
        emulator.close();
    }

    @ParameterizedTest
    @EnumSource(DepotAccess.Protocol.class)
    void livesFromCreationToDeletionOverEitherProtocol(DepotAccess.Protocol protocol) {
        try (DepotProjects over = DepotProjects.open(access().protocol(protocol))) {
            DepotProject made =
                    over.create(ProjectSpec.of("fresh").region("eu-central-1").hardware(Hardware.CPU_8_MEMORY_16));
            assertThat(made.region()).isEqualTo("eu-central-1");
            assertThat(made.cachePolicy()).isEqualTo(new CachePolicy(50, 14));
            assertThat(made.hardware()).contains(Hardware.CPU_8_MEMORY_16);

            DepotProject changed =
                    over.update(made.id(), ProjectChange.none().name("renamed").cachePolicy(new CachePolicy(20, 0)));
            assertThat(changed.name()).isEqualTo("renamed");
            assertThat(changed.region()).isEqualTo("eu-central-1");
            assertThat(over.get(made.id())).isEqualTo(changed);
            assertThat(over.list()).contains(changed);

            over.delete(made.id());
            assertThatThrownBy(() -> over.get(made.id()))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("get the project " + made.id())
                    .hasMessageContaining("Project not found");
        }
    }

    @Test
    void changeOfNothingIsRefusedHere() {
        assertThatThrownBy(() -> projects.update("prj1", ProjectChange.none()))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(emulator.calls("UpdateProject")).isEmpty();
    }

    @Test
    void sizesOfOlderClientsAreUnderstood() {
        // As the vendor's command line writes them: bytes, and no gigabytes.
        assertThat(ProjectMessages.of(io.sandboximage.depot.internal.proto.core.Project.newBuilder()
                                .setCachePolicy(io.sandboximage.depot.internal.proto.core.CachePolicy.newBuilder()
                                        .setKeepBytes(53687091200L)
                                        .setKeepDays(14))
                                .build())
                        .cachePolicy())
                .isEqualTo(CachePolicy.DEFAULT);
    }

    @Test
    void showsWhatUsersAndOrganizationsSee() {
        assertThat(projects.visible()).extracting(VisibleProject::name).containsExactly("demo", "other");
        assertThat(projects.organizations()).extracting(DepotOrganization::name).containsExactly("Acme");
    }

    @Test
    void resetsACacheAsUserElseAsOrganization() {
        projects.resetCache("prj1");
        assertThat(emulator.calls("ResetProjectCache")).hasSize(1);
        assertThat(emulator.calls("ResetProject")).isEmpty();

        emulator.refuseNext("ResetProjectCache", "permission_denied", "not for organizations");
        projects.resetCache("prj1");
        assertThat(emulator.calls("ResetProject")).hasSize(1);
    }

    @Test
    void trustsPipelinesOfEachService() {
        List<TrustedCi> all = List.of(
                new TrustedCi.GitHub("acme", "app"),
                new TrustedCi.CircleCi("org-uuid", "project-uuid"),
                new TrustedCi.Buildkite("acme", "deploy"));
        ProjectAccess access = projects.access("prj1");
        List<TrustPolicy> made = all.stream().map(access::trust).toList();
        assertThat(access.trustPolicies()).isEqualTo(made);
        assertThat(made).extracting(TrustPolicy::ci).isEqualTo(all);
        assertThat(projects.access("prj2").trustPolicies()).isEmpty();

        access.distrust(made.get(0).id());
        assertThat(access.trustPolicies()).isEqualTo(made.subList(1, 3));
        assertThatThrownBy(() -> access.distrust("unknown")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> access.trust(new TrustedCi.Other())).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void tokensOfAProjectAreGoodUntilTheyAreDeleted() {
        ProjectAccess access = projects.access("prj1");
        NewProjectToken made = access.createToken("ci");
        assertThat(made.toString()).doesNotContain(made.secret());
        try (DepotProjects holder = DepotProjects.open(access().tokens(TokenProvider.of(made.secret())))) {
            assertThat(holder.get("prj1").name()).isEqualTo("demo");
            access.describeToken(made.id(), "nightly");
            assertThat(access.tokens()).containsExactly(new ProjectToken(made.id(), "nightly"));

            access.deleteToken(made.id());
            assertThatThrownBy(() -> holder.get("prj1"))
                    .hasMessageContaining("Invalid token")
                    .hasMessageNotContaining(made.secret());
        }
        assertThat(access.tokens()).isEmpty();
    }

    @Test
    void usageFollowsAllPages() {
        Instant now = Instant.now();
        assertThat(projects.usage().projects(now.minus(Duration.ofDays(1)), now))
                .extracting(ProjectUsage::projectId)
                .containsExactly("prj1", "prj2");
        assertThat(projects.usage().project("prj1", now.minus(Duration.ofDays(1)), now))
                .isEqualTo(new ProjectUsage("prj1", 0, Duration.ZERO, 0));
        OrganizationUsage all = projects.usage().organization(now.minus(Duration.ofDays(1)), now);
        assertThat(all.builds()).extracting(OrganizationUsage.Builds::project).containsExactly("demo", "other");
        assertThat(all.to()).isEqualTo(now);
    }

    @Test
    void namesTheOrganizationWhereItIsKnown() {
        try (DepotProjects named = DepotProjects.open(access().organization("org1234567"))) {
            named.list();
        }
        projects.list();
        assertThat(emulator.calls("ListProjects"))
                .extracting(call -> Optional.ofNullable(call.headers().get("x-depot-org")))
                .containsExactly(Optional.of("org1234567"), Optional.empty());
    }

    private DepotAccess access() {
        return DepotAccess.of(TokenProvider.of(TOKEN)).at(emulator.url());
    }
}
