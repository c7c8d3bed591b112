package io.sandboximage.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    @Test
    void showsOnlyHarmlessParts() {
        HttpUrl url = HttpUrl.get(
                "https://user:hunter2@example.com/v2/x?digest=sha256:ab&X-Amz-Signature=hunter2&_state=hunter2");

        assertThat(Redaction.url(url))
                .isEqualTo("https://example.com/v2/x?digest=sha256%3Aab&X-Amz-Signature=***&_state=***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer hunter2hunter2",
                "basic aHVudGVyMjpodW50ZXIy and hunter2-free",
                "password=hunter2",
                "{\"refresh_token\": \"hunter2\"}",
                "at https://user:hunter2@example.com/",
                "token eyJhbGciOiJub25lIn0.hunter2.hunter2",
            })
    void masksSecretsInText(String text) {
        String masked = Redaction.text(text);

        assertThat(masked).contains("***").doesNotContain("aHVudGVy");
        assertThat(masked.replace("hunter2-free", "")).doesNotContain("hunter2");
    }

    @Test
    void leavesOrdinaryWordsAlone() {
        assertThat(Redaction.text("manifest unknown: tag=v1")).isEqualTo("manifest unknown: tag=v1");
    }
}
