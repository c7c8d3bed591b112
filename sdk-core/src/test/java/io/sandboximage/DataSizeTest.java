package io.sandboximage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "10GiB, 10737418240",
        "10gib, 10737418240",
        "10G, 10737418240",
        "512MB, 512000000",
        "512 MiB, 536870912",
        "1.5G, 1610612736",
        "1.5KB, 1500",
        "0.0001K, 0",
        "7b, 7",
        "2T, 2199023255552"
    })
    void parsesWhatPeopleWrite(String text, long bytes) {
        assertThat(DataSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "-1G", "10XB", "1,5G", "1.G", "10iB", "99999999P", "1e3", "0x10", "٣G"})
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> DataSize.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("10GiB");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KiB", "10737418240, 10 GiB", "1048575, 1024 KiB"})
    void printsBinaryUnits(long bytes, String text) {
        assertThat(DataSize.ofBytes(bytes)).hasToString(text);
    }
}
