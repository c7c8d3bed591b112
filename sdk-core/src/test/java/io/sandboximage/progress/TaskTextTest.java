package io.sandboximage.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTextTest {
    @ParameterizedTest
    @CsvSource({"1, ENTRIES, 1 entry", "2, ENTRIES, 2 entries", "3, STEPS, 3", "2048, BYTES, 2.0 KiB"})
    void amountsNameTheirUnit(long amount, ProgressUnit unit, String text) {
        assertThat(TaskText.amount(amount, unit)).isEqualTo(text);
    }
}
