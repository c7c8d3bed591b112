package io.sandboximage;

import io.sandboximage.image.Descriptor;
import java.io.InputStream;

/** A source to override parts of. */
class ForwardingFake implements ImageSource {
    private final ImageSource to;

    ForwardingFake(ImageSource to) {
        this.to = to;
    }

    @Override
    public String name() {
        return to.name();
    }

    @Override
    public Descriptor descriptor() {
        return to.descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        return to.manifest(descriptor);
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        return to.openBlob(descriptor);
    }

    @Override
    public void close() {
        to.close();
    }
}
