package io.sandboximage.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
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
        assertThat(ComposeOptions.parse(words(line)).isPresent()).isTrue();
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
                "build --pull=perhaps",
                "build -qm1g",
                "build -f compose.yaml",
                "build --ssh",
                "-f",
            })
    void isSomethingElse(String line) {
        assertThat(ComposeOptions.parse(words(line)).isPresent()).isFalse();
    }

    @Test
    void readsTheOptions() {
        ComposeOptions options = ComposeOptions.parse(
                        words(
                                "-f a -fb --file=c -p=n --profile x --env-file e --compatibility"
                                        + " build --build-arg A=1 --build-arg=B --pull=false --no-cache web --with-dependencies=t --ssh default db -q"))
                .orElseThrow();
        assertThat(options.globals().files()).containsExactly("a", "b", "c");
        assertThat(options.globals().projectName()).contains("n");
        assertThat(options.globals().profiles()).containsExactly("x");
        assertThat(options.globals().envFiles()).containsExactly("e");
        assertThat(options.globals().compatibility()).isTrue();
        assertThat(options.flags())
                .isEqualTo(new ComposeBuildFlags(
                        List.of("A=1", "B"), Optional.of("default"), Optional.empty(), true, false, true, true));
        assertThat(options.services()).containsExactly("web", "db");
    }

    @Test
    void nothingIsNoBuild() {
        assertThat(ComposeOptions.parse(List.of()).isPresent()).isFalse();
    }

    private static List<String> words(String line) {
        return List.of(line.split(" "));
    }
}
