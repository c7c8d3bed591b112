package io.sandboximage.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.commons.support.AnnotationSupport;

class EngineConditionTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @RequiresEngine(Engine.SKOPEO)
    static class NeedsSkopeo {}

    static class InheritsTheNeed extends NeedsSkopeo {}

    @RequiresEngine(Engine.OCI_CONFORMANCE)
    static class NeedsConformance {}

    static class NeedsNothing {}

    @Test
    void skipsWithOneLineThatSaysHowToGetTheEngine() {
        assertThat(condition(false)
                        .evaluate(Optional.of(NeedsSkopeo.class), "SkopeoIT")
                        .isDisabled())
                .isTrue();

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo("[skipped] SkopeoIT: skopeo not found: apt-get install skopeo" + System.lineSeparator());
    }

    @Test
    void failsUnderCi() {
        assertThatThrownBy(() -> condition(true).evaluate(Optional.of(NeedsSkopeo.class), "SkopeoIT"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("SkopeoIT", "CI=true", "skopeo not found", "apt-get install skopeo");
    }

    @Test
    void runsWhereTheEngineIsFound() throws Exception {
        Path skopeo = Files.createFile(folder.resolve("skopeo"));
        assertThat(skopeo.toFile().setExecutable(true)).isTrue();

        assertThat(condition(true)
                        .evaluate(Optional.of(NeedsSkopeo.class), "SkopeoIT")
                        .isDisabled())
                .isFalse();
    }

    @Test
    void skipsUnderCiWhatNothingCanInstall() {
        assertThat(condition(true)
                        .evaluate(Optional.of(NeedsConformance.class), "ConformanceIT")
                        .isDisabled())
                .isTrue();
    }

    @Test
    void subclassesInheritTheNeed() {
        assertThat(condition(false)
                        .evaluate(Optional.of(InheritsTheNeed.class), "SkopeoIT")
                        .isDisabled())
                .isTrue();
    }

    @Test
    void leavesOtherTestsAlone() {
        assertThat(condition(true)
                        .evaluate(Optional.of(NeedsNothing.class), "OtherTest")
                        .isDisabled())
                .isFalse();
    }

    @Test
    void carriesTheEngineTag() {
        assertThat(AnnotationSupport.findAnnotation(NeedsSkopeo.class, Tag.class))
                .hasValueSatisfying(tag -> assertThat(tag.value()).isEqualTo("engine"));
    }

    private EngineCondition condition(boolean missingFails) {
        return new EngineCondition(
                new EngineSearch(List.of(folder), folder.resolve("engines"), folder),
                missingFails,
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }
}
