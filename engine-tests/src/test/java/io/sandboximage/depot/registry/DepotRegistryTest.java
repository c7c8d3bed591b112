package io.sandboximage.depot.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotEmulator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The registry's lists, tokens and rules, against the emulator. */
class DepotRegistryTest {
    private static final String TOKEN = "organization-token";
    private static final Instant START = Instant.EPOCH;

    private final DepotEmulator emulator = DepotEmulator.start()
            .token(TOKEN)
            .project("prj1", "demo")
            .registry(new DepotBackingRegistry("acme.registry.example.com", "x-token", "pull-token"));
    private DepotRegistry registry;

    @BeforeEach
    void open() {
        registry = DepotRegistry.open(DepotAccess.of(TokenProvider.of(TOKEN)).at(emulator.url()));
    }

    @AfterEach
    void close() {
        registry.close();
        emulator.close();
    }

    @Test
    void listsAllPagesWithTheNewestFirst() {
        IntStream.range(0, 250).forEach(i -> emulator.image("prj1", "t" + i, digest(i), i, START.plusSeconds(i)));
        List<SavedImage> images = registry.images("prj1");
        assertThat(images).hasSize(250);
        assertThat(images.get(0)).isEqualTo(new SavedImage("t249", digest(249), 249, START.plusSeconds(249)));
        assertThat(emulator.calls("ListImages")).hasSize(3);
    }

    @Test
    void deletesByTag() {
        emulator.image("prj1", "one", digest(1), 1, START).image("prj1", "two", digest(2), 2, START);
        registry.delete("prj1", List.of("one"));
        assertThat(registry.images("prj1")).extracting(SavedImage::tag).containsExactly("two");
        assertThatThrownBy(() -> registry.delete("prj1", List.of())).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void pullTokensSayWhereTheyAreGood() {
        PullToken token = registry.pullToken("prj1");
        assertThat(token.registryHost()).isEqualTo("acme.registry.example.com");
        assertThat(token.credentials()).isEqualTo(Credentials.basic("x-token", "pull-token"));
        assertThat(token.toString()).doesNotContain("pull-token");
        assertThatThrownBy(() -> registry.pullToken("foreign")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void findsImagesInEachWayThatPeopleNameThem() {
        for (String words : List.of("prj1:kept", "registry.depot.dev/prj1:kept", "acme.registry.depot.dev/prj1:kept")) {
            assertThat(registry.find(words, Optional.empty()).only().image())
                    .as(words)
                    .hasToString("acme.registry.example.com/prj1:kept");
        }
        assertThat(registry.find("kept", Optional.of("prj1")).only().image())
                .hasToString("acme.registry.example.com/prj1:kept");
        assertThatThrownBy(() -> registry.find("kept", Optional.empty())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> registry.find("ghcr.io/acme/app", Optional.empty()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("not in Depot's registry");
    }

    @Test
    void otherFailuresThanMissingBuildsAreNotTakenForTags() {
        emulator.refuseNext("GetPullInfo", "permission_denied", "not yours");
        assertThatThrownBy(() -> registry.find("bld000001", Optional.of("prj1")))
                .hasMessageContaining("not yours");
        assertThat(emulator.calls("GetPullToken")).isEmpty();
    }

    @Test
    void repositoriesAreListedAndEmptied() {
        emulator.image("app", "a", digest(1), 10, START)
                .image("app", "b", digest(1), 10, START)
                .image("base", "c", digest(2), 5, START);
        DepotRepositories repositories = registry.repositories();
        assertThat(repositories.list()).extracting(DepotRepository::name).containsExactly("app", "base");
        assertThat(repositories.images("app")).singleElement().satisfies(image -> assertThat(image.tags())
                .containsExactly("a", "b"));

        repositories.deleteTag("app", "a");
        assertThat(repositories.images("app").get(0).tags()).containsExactly("b");
        assertThat(repositories.deleteImages("app", List.of(digest(1), digest(7))))
                .containsExactly(new FailedDeletion(digest(7).toString(), "ImageNotFound", "there is no such image"));
        assertThat(repositories.images("app")).isEmpty();

        repositories.create("fresh");
        repositories.delete("app");
        assertThat(repositories.list()).extracting(DepotRepository::name).containsExactly("base", "fresh");
    }

    @Test
    void retentionIsSetReplacedAndRemoved() {
        DepotRepositories repositories = registry.repositories();
        repositories.create("app");
        assertThat(repositories.retention("app")).isEmpty();
        repositories.retention("app", RetentionPolicy.days(7));
        assertThat(repositories.retention("app")).contains(RetentionPolicy.days(7));
        repositories.retention("app", RetentionPolicy.newest(25));
        assertThat(repositories.retention("app")).contains(RetentionPolicy.newest(25));
        repositories.retention("app", RetentionPolicy.everything());
        assertThat(repositories.retention("app")).contains(RetentionPolicy.everything());
        repositories.removeRetention("app");
        assertThat(repositories.retention("app")).isEmpty();
        assertThatThrownBy(() -> RetentionPolicy.newest(0)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void accessTokensShowTheirSecretOnce() {
        RegistryTokens tokens = registry.repositories().tokens();
        Instant end = START.plus(Duration.ofDays(1));
        NewRegistryToken pull = tokens.create(RegistryTokenSpec.of("ci", RegistryToken.Permission.PULL)
                .repositories(List.of("app"))
                .expiresAt(end));
        NewRegistryToken push = tokens.create(RegistryTokenSpec.of("release", RegistryToken.Permission.PUSH));
        assertThat(pull.toString()).doesNotContain(pull.secret());
        assertThat(pull.credentials()).isEqualTo(Credentials.basic("x-token", pull.secret()));
        assertThat(tokens.list()).containsExactly(pull.token(), push.token());
        assertThat(pull.token().expiresAt()).contains(end);

        tokens.revoke(push.token().id());
        assertThat(tokens.list().get(1).revokedAt().orElseThrow())
                .isCloseTo(Instant.now(), org.assertj.core.api.Assertions.within(1, ChronoUnit.HOURS));
    }

    @Test
    void apiThatAServerLacksIsSaidSo() {
        emulator.refuseNext("ListRepositories", "unimplemented", "");
        assertThatThrownBy(() -> registry.repositories().list())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("not available on this server");
    }

    private static Digest digest(int number) {
        return Digest.sha256(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
    }
}
