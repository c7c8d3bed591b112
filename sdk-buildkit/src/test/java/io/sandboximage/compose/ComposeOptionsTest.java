package io.sandboximage.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeOptionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "build",
                "build web db",
                "build --no-cache --build-arg K=V web",
                "build --build-arg=K=V --ssh default --pull -q --with-dependencies",
                "-f a.yaml --file b.yaml -p name --env-file x build",
                "-fa.yaml --file=b.yaml --profile p --parallel 4 --progress=plain --ansi never build",
                "--project-directory build build",
                "--compatibility build",
            })
    void isBuild(String line) {
        assertThat(ComposeOptions.isBuild(words(line))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up --build",
                "exec build sh -c true",
                "run build",
                "-f build up",
                "--project-directory build",
                "config",
                "--dry-run build",
                "--unknown build",
                "--unknown=x build",
                "build --builder other",
                "build --builder=other",
                "build --check",
                "build --push web",
                "build --sbom=true web",
                "build --provenance mode=max web",
                "build -m 1g web",
                "build --print",
                "build --dry-run web",
                "build --help",
                "build -h",
                "build -- web",
                "-f",
            })
    void isSomethingElse(String line) {
        assertThat(ComposeOptions.isBuild(words(line))).isFalse();
    }

    @Test
    void nothingIsNoBuild() {
        assertThat(ComposeOptions.isBuild(List.of())).isFalse();
    }

    private static List<String> words(String line) {
        return List.of(line.split(" "));
    }
}
