package io.sandboximage.ext4.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChecksumsTest {
    private static final byte[] DIGITS = "123456789".getBytes(StandardCharsets.US_ASCII);

    @Test
    void crcOfTheStandardTextIsTheKnownOneWithoutInversion() {
        assertThat(Crc32c.of(Crc32c.START, DIGITS)).isEqualTo(~0xE3069283);
    }

    @Test
    void crcContinuesFromAnySeed() {
        int first = Crc32c.of(Crc32c.START, DIGITS, 0, 4);
        assertThat(Crc32c.of(first, DIGITS, 4, 5)).isEqualTo(Crc32c.of(Crc32c.START, DIGITS));
        int word = Ext4Format.littleEndian(DIGITS).getInt();
        assertThat(Crc32c.ofInt(Crc32c.START, word)).isEqualTo(first);
    }
}
