package io.sandboximage.buildkit.internal.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.error.BuildFailedException.Source;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DockerfileTextTest {
    private static final DockerfileText TEXT = new DockerfileText("Dockerfile", """
            FROM scratch AS base
            # RUN make
            run make   all
            RUN one && \\
                # between
                two
            RUN twice
            RUN twice
            """);

    @Test
    void findsTheLineThatTheParserNamed() {
        assertThat(find("dockerfile parse error line 3: unknown instruction: RNU", Optional.empty()))
                .hasValueSatisfying(source -> {
                    assertThat(source.firstLine()).isEqualTo(3);
                    assertThat(source.excerpt()).contains(">>> run make   all");
                });
    }

    @Test
    void findsTheInstructionOfAStep() {
        assertThat(find("exit code: 1", Optional.of("[base 2/5] RUN make all")).map(Source::firstLine))
                .contains(3);
    }

    @Test
    void findsInstructionsOverSeveralLines() {
        assertThat(find("exit code: 1", Optional.of("[3/5] RUN one &&     two")))
                .hasValueSatisfying(source -> {
                    assertThat(source.firstLine()).isEqualTo(4);
                    assertThat(source.lastLine()).isEqualTo(6);
                });
    }

    @Test
    void doesNotGuessAmongEqualInstructions() {
        assertThat(find("exit code: 1", Optional.of("[4/5] RUN twice"))).isEmpty();
    }

    @Test
    void knowsNothingOfOtherSteps() {
        assertThat(find("failed", Optional.of("exporting to image"))).isEmpty();
        assertThat(find("failed", Optional.empty())).isEmpty();
    }

    @Test
    void fileThatCannotBeReadIsNoText() {
        assertThat(DockerfileText.read(Path.of("no/such/Dockerfile"))).isEmpty();
    }

    private static Optional<Source> find(String message, Optional<String> step) {
        return TEXT.find(message, step);
    }
}
