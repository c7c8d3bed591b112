package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComposeWordsTest {
    @Test
    void optionsOfTheProjectMayStandAfterTheCommand() {
        ComposeWords words = words("-p demo build -f a.yaml --no-cache --profile=x --json web --env-file e");
        assertThat(words.forCompose(ProgressMode.auto))
                .containsExactly(
                        "-f", "a.yaml", "--profile=x", "--env-file", "e", "-p", "demo", "build", "--no-cache", "web");
        assertThat(words.json()).isTrue();
        assertThat(words.debug()).isFalse();
    }

    @Test
    void otherCommandsStayAsTheyAre() {
        ComposeWords words = words("-f build exec build sh -f --json");
        assertThat(words.forCompose(ProgressMode.auto))
                .containsExactly("-f", "build", "exec", "build", "sh", "-f", "--json");
        assertThat(words.json()).isFalse();
        assertThat(words("-f").words()).containsExactly("-f");
    }

    @Test
    void progressIsToldToCompose() {
        assertThat(words("build").forCompose(ProgressMode.rawjson)).containsExactly("--progress", "json", "build");
        assertThat(words("--progress tty build").forCompose(ProgressMode.plain))
                .containsExactly("--progress", "tty", "build");
        assertThat(words("--progress=plain build -q").progress()).contains(ProgressMode.quiet);
        assertThat(words("--progress none build").progress()).isEmpty();
    }

    private static ComposeWords words(String line) {
        return ComposeWords.of(List.of(line.split(" ")));
    }
}
