package io.sandboximage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "linux/x86_64, linux/amd64",
        "LINUX/AMD64/V1, linux/amd64",
        "linux/amd64/v3, linux/amd64/v3",
        "linux/aarch64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/arm64/8, linux/arm64",
        "linux/arm64/v9, linux/arm64/v9",
        "linux/arm, linux/arm/v7",
        "linux/arm/6, linux/arm/v6",
        "linux/armhf, linux/arm/v7",
        "linux/armel, linux/arm/v6",
        "linux/i386, linux/386",
        "macos/arm64, darwin/arm64",
        "linux/riscv64, linux/riscv64",
        "WINDOWS/amd64, windows/amd64"
    })
    void namesAreNormalised(String text, String normal) {
        assertThat(Platform.parse(text)).hasToString(normal).isEqualTo(Platform.parse(normal));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "linux", "linux/", "/amd64", "linux//v8", "linux/arm/v7/x"})
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> Platform.parse(text)).isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "linux/arm/v7, linux/arm/v6, true",
        "linux/arm/v6, linux/arm/v7, false",
        "linux/amd64/v3, linux/amd64, true",
        "linux/amd64, linux/amd64/v2, false",
        "linux/arm64, linux/arm64/v8, true",
        "linux/arm64, linux/arm64/v8.1, false",
        "linux/arm64/v9, linux/arm64/v8.1, true",
        "linux/arm64/v8.1, linux/arm64/v9, false",
        "linux/amd64, windows/amd64, false",
        "linux/amd64, linux/arm64, false"
    })
    void lowerVariantsRun(String machine, String image, boolean runs) {
        assertThat(Platform.parse(machine).accepts(Platform.parse(image))).isEqualTo(runs);
    }
}
