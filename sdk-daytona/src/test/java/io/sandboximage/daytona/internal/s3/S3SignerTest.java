package io.sandboximage.daytona.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

/** The examples that AWS publishes for its Signature Version 4 of S3. */
class S3SignerTest {
    private static final S3Signer SIGNER =
            new S3Signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", "us-east-1");
    private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");

    @Test
    void signsAListAsPublished() {
        assertThat(signature("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J"))
                .endsWith("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void signsAGetOfAParameterAsPublished() {
        assertThat(signature("https://examplebucket.s3.amazonaws.com/?lifecycle"))
                .endsWith("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    }

    private static String signature(String url) {
        Request request = new Request.Builder().url(url).build();
        return SIGNER.sign(request, S3Signer.sha256(""), NOW).header("Authorization");
    }
}
