package io.sandboximage.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final int LIMIT = 8 * 1024 * 1024;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":'x'}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":tru}",
                "{\"a\":\"\\x\"}",
                "{\"a\":1}{}",
                "{\"a\":1}//",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1e9999999999}",
                "[]",
                "1",
                "\ufeff{}"
            })
    void whatIsNoStrictJsonObjectIsRefused(String text) {
        assertThatThrownBy(() -> view(text))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("test document");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "1e-999999999", "0.5", "9223372036854775808", "\"1\"", "true"})
    void onlyWholeNumbersOf64BitsAreNumbers(String value) {
        JsonView view = view("{\"a\":" + value + "}");
        assertThatThrownBy(() -> view.number("a")).isInstanceOf(InvalidContentException.class);
    }

    @ParameterizedTest
    @CsvSource({"9223372036854775807, 9223372036854775807", "-0, 0", "1.0, 1", "12e1, 120"})
    void wholeNumbersMayBeWrittenAnyWay(String value, long number) {
        assertThat(view("{\"a\":" + value + "}").requireNumber("a")).isEqualTo(number);
    }

    @Test
    void bombsAreRefusedInASmallHeap() {
        for (String bomb : new String[] {
            "{\"a\":" + "[".repeat(1_000_000),
            "{\"a\":".repeat(500_000),
            "{\"a\":[" + "{},".repeat(2_000_000) + "{}]}",
            "{\"a\":" + "9".repeat(1_000_000) + "}"
        }) {
            assertThatThrownBy(() -> view(bomb)).isInstanceOf(InvalidContentException.class);
        }
        assertThatThrownBy(() -> Json.parse(new byte[11], 10, "test document"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("11 bytes");
    }

    @Test
    void treesComeBackAsTheyWereWritten() {
        String text = "{\"z\":1.50,\"a\":[null,true,\"é\\n\"],\"o\":{}}";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(Json.write(Json.parseObject(bytes, LIMIT, "test document"))).isEqualTo(bytes);
    }

    private static JsonView view(String text) {
        return JsonView.parse(text.getBytes(StandardCharsets.UTF_8), LIMIT, "test document");
    }
}
