package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.filetree.FileType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModeTextTest {
    @ParameterizedTest
    @CsvSource({
        "REGULAR, 0644, -rw-r--r--",
        "DIRECTORY, 1777, drwxrwxrwt",
        "DIRECTORY, 1770, drwxrwx--T",
        "REGULAR, 4755, -rwsr-xr-x",
        "REGULAR, 2640, -rw-r-S---",
        "SYMLINK, 0777, lrwxrwxrwx",
        "CHARACTER_DEVICE, 0600, crw-------",
        "FIFO, 0000, p---------"
    })
    void modesLookAsInListings(FileType type, String octal, String text) {
        assertThat(ModeText.of(type, Integer.parseInt(octal, 8))).isEqualTo(text);
    }
}
