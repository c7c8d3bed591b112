package io.sandboximage;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A source of one manifest that counts how often it is closed. */
final class FakeSource implements ImageSource {
    private static final byte[] MANIFEST = "{}".getBytes(StandardCharsets.UTF_8);
    static final Descriptor DESCRIPTOR = Descriptor.of(MediaTypes.OCI_MANIFEST, MANIFEST);

    final AtomicInteger closed = new AtomicInteger();

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Descriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        return MANIFEST;
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        return new ByteArrayInputStream(new byte[0]);
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
