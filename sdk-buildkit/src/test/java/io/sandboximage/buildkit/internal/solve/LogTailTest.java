package io.sandboximage.buildkit.internal.solve;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogTailTest {
    private final LogTail tail = new LogTail();
    private final List<String> lines = new ArrayList<>();

    @Test
    void piecesThatCutCharactersBecomeWholeLines() {
        byte[] bytes = ByteString.copyFromUtf8("größe\r\nzwei\nrest").toByteArray();
        for (byte b : bytes) {
            tail.append(ByteString.copyFrom(new byte[] {b}), lines::add);
        }

        assertThat(lines).containsExactly("größe", "zwei");
        assertThat(tail.rest()).hasValue("rest");
        assertThat(tail.rest()).isEmpty();
        assertThat(tail.lines()).containsExactly("größe", "zwei", "rest");
    }

    @Test
    void keepsTheLastLinesOnly() {
        for (int i = 0; i < 100; i++) {
            tail.append(ByteString.copyFromUtf8(i + "\n"), lines::add);
        }

        assertThat(tail.lines()).hasSize(20).startsWith("80").endsWith("99");
    }

    @Test
    void endlessLineIsCut() {
        for (int i = 0; i < 200; i++) {
            tail.append(ByteString.copyFromUtf8("x".repeat(1000)), lines::add);
        }

        assertThat(lines).hasSizeBetween(2, 4);
    }
}
