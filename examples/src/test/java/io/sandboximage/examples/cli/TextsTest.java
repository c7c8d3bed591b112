package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void columnsAreAlignedButTheLast() {
        assertThat(Texts.table(List.of(List.of("a", "1", "x"), List.of("bcd", "23", "long"))))
                .isEqualTo("a    1   x\nbcd  23  long\n");
        assertThat(Texts.table(List.of())).isEmpty();
    }

    @Test
    void controlCharactersAreTakenOut() {
        assertThat(Texts.printable("a\u001b[2Jb\n")).isEqualTo("a?[2Jb?");
    }
}
