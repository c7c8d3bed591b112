package io.sandboximage.internal.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns as ignore files have them; the odd cases are those that Docker documents or is known for. */
class PathPatternsTest {
    @ParameterizedTest
    @CsvSource({
        "**, file, true",
        "**, dir/file, true",
        "**/, dir/file, true",
        "dir/**, dir, false",
        "dir/**, dir/a/b, true",
        "**/dir, dir/file, true",
        "**/dir2/*, dir/dir2/file, true",
        "**file, dir/dir/file, true",
        "**/file*.txt, dir/dir/file.txt, true",
        "**/**/*.txt2, dir/dir/file.txt, false",
        "a**/*.txt, a/dir/dir/file.txt, true",
        "a/*.txt, a/dir/file.txt, false",
        "a[b-d]e, ace, true",
        "a[b-d]e, aae, false",
        "a[^b-d]e, aze, true",
        ".*, .foo, true",
        ".*, foo, false",
        "abc.def, abcZdef, false",
        "abc?def, abcZdef, true",
        "a?b, a/b, false",
        "a*b, a/b, false",
        "a?b, a☺b, true",
        "a\\*b, a*b, true",
        "a\\*b, ab, false",
        "a\\\\, a\\, true",
        "**/.foo, bar.foo, false",
        "a(b)c/def, a(b)c/def, true",
        "a.|)$(}+{bc, a.|)$(}+{bc, true",
        "x/../y/./z/, y/z, true",
        "ÜBER, über, false",
    })
    void matchesAsTheDaemonDoes(String pattern, String path, boolean matches) {
        assertThat(matches(List.of(pattern), path)).isEqualTo(matches);
    }

    @Test
    void lastMatchDecides() {
        assertThat(matches(List.of("*.go", "!a.go"), "a.go")).isFalse();
        assertThat(matches(List.of("!a.go", "*.go"), "a.go")).isTrue();
        assertThat(matches(List.of("**", "!util/web"), "util/web/foo")).isFalse();
        assertThat(matches(List.of("**", "!util/web", "util/web/foo"), "util/web/foo"))
                .isTrue();
    }

    @Test
    void exceptionBelowAnExcludedDirectoryCounts() {
        assertThat(matches(List.of("docs", "!docs/README.md"), "docs/README.md"))
                .isFalse();
        assertThat(matches(List.of("docs/", "!docs/README.md"), "docs/other")).isTrue();
    }

    @Test
    void directoriesWithoutPossibleExceptionsNeedNotBeOpened() {
        PathPatterns patterns = PathPatterns.parse(List.of("node_modules", "out", "!out/keep/*"));

        assertThat(patterns.noneBelow("node_modules", true)).isTrue();
        assertThat(patterns.noneBelow("out", true)).isFalse();
        assertThat(PathPatterns.parse(List.of("out", "!**/keep")).noneBelow("out", true))
                .isFalse();
    }

    @Test
    void blankPatternsAreLeftOutAndALoneExclamationMarkIsRefused() {
        assertThat(PathPatterns.parse(List.of("", "  ")).isEmpty()).isTrue();
        assertThatThrownBy(() -> PathPatterns.parse(List.of("!"))).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> PathPatterns.parse(List.of("[")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("[");
    }

    /** Matches parents first, as a walk does. */
    private static boolean matches(List<String> texts, String path) {
        PathPatterns patterns = PathPatterns.parse(texts);
        PathPatterns.Match match = patterns.atRoot();
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            match = patterns.match(path.substring(0, slash), match);
        }
        return patterns.match(path, match).matched();
    }
}
