package io.sandboximage.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {
    @ParameterizedTest
    @CsvSource({
        "oci:dir, oci:dir",
        "oci:/a/b:v1, oci:/a/b:v1",
        "docker://alpine, docker.io/library/alpine:latest",
        "alpine, docker.io/library/alpine:latest",
        "localhost:5000/app:v1, localhost:5000/app:v1",
        "ghcr.io/acme/app:v1, ghcr.io/acme/app:v1"
    })
    void transportNamesAreThoseOfSkopeo(String text, String name) {
        assertThat(Place.parse(text)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "oci:", "oci:dir:", "docker:alpine", "docker-daemon:alpine", "dir:x", "acme/UPPER"})
    void whatIsNoPlaceIsRefused(String text) {
        assertThatThrownBy(() -> Place.parse(text)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void transportThatIsNotSupportedIsNamed() {
        assertThatThrownBy(() -> Place.parse("docker-daemon:alpine")).hasMessageContaining("docker-daemon");
    }
}
