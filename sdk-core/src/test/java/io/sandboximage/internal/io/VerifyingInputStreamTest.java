package io.sandboximage.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.IntegrityException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class VerifyingInputStreamTest {
    private final byte[] content = {1, 2, 3};
    private final Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, content);

    @Test
    void whatIsVerifiedIsNotHashedAgain() {
        InputStream once = VerifyingInputStream.of(new ByteArrayInputStream(content), blob, "a test");
        assertThat(VerifyingInputStream.of(once, blob, "a test")).isSameAs(once);
    }

    @Test
    void whatIsVerifiedAsAnotherBlobIsHashed() {
        InputStream once = VerifyingInputStream.of(new ByteArrayInputStream(content), blob, "a test");
        Descriptor other = Descriptor.of(MediaTypes.OCI_LAYER, new byte[] {3, 2, 1});
        InputStream twice = VerifyingInputStream.of(once, other, "a test");
        assertThatThrownBy(twice::readAllBytes)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(other.digest().toString());
    }
}
