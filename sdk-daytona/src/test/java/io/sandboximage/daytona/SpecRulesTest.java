package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.daytona.snapshot.SnapshotSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and image references, by the rows of the contract (6.1); stricter than the server where it takes what cannot work. */
class SpecRulesTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @ValueSource(strings = {"app", "App_1", "-app", "team/app:1.0", "a.b:c-d", "sandbox--20261101T120000000Z-abc"})
    void namesThatTheServerTakesAreTaken(String name) {
        assertThat(SnapshotSpec.image(name, "ghcr.io/acme/app:1.0").problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "my app",
                "app/",
                "/app",
                "a//b",
                "app@1",
                "https://app",
                "www.app",
                "<b>app",
                "naïve",
                "a\tb",
                "."
            })
    void namesThatTheServerRefusesAreNotSent(String name) {
        assertThat(SnapshotSpec.image(name, "ghcr.io/acme/app:1.0").problems())
                .singleElement()
                .asString()
                .startsWith("the name");
    }

    @ParameterizedTest
    @CsvSource({
        "ubuntu, has no tag",
        "x:latest, the tag latest",
        "x:LATEST, the tag latest",
        "localhost:5000/a, has no tag",
        "a//b:1, is not an image reference",
        "'a b:1', is not an image reference",
        "'a:1 ', is not an image reference",
        "a@sha256:12, is not an image reference",
    })
    void imagesThatCannotWorkAreNotSent(String image, String problem) {
        assertThat(SnapshotSpec.image("app", image).problems())
                .singleElement()
                .asString()
                .contains(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ubuntu:22.04", "registry:5000/team/app:1.0", "ghcr.io/a/b_c:x-1"})
    void imagesWithTagsAreTaken(String image) {
        SnapshotSpec spec = SnapshotSpec.image("app", image);

        assertThat(spec.problems()).isEmpty();
        assertThat(spec.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ghcr.io/a/b@sha256:" + HEX, "ghcr.io/a/b:1@sha256:" + HEX, "ghcr.io/Acme/b:1"})
    void digestsAndUpperCaseAreWarnedOf(String image) {
        SnapshotSpec spec = SnapshotSpec.image("app", image);

        assertThat(spec.problems()).isEmpty();
        assertThat(spec.warnings()).hasSize(1);
    }
}
