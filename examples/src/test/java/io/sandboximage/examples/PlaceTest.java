package io.sandboximage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlaceTest {
    @Test
    void namesInRegistriesAreToldFromFiles() {
        assertThat(Place.parse("docker://alpine").reference())
                .hasValueSatisfying(r -> assertThat(r).hasToString("docker.io/library/alpine:latest"));
        assertThat(Place.parse("localhost:5000/app").reference())
                .hasValueSatisfying(r -> assertThat(r.registry()).isEqualTo("localhost:5000"));
        assertThat(Place.parse("oci:dir:v1").reference()).isEmpty();
        assertThat(Place.parse("docker-archive:file.tar").reference()).isEmpty();
    }
}
