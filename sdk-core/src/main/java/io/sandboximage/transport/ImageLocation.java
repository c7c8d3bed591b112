package io.sandboximage.transport;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.store.CopyOptions;

/** A place of an image, as a text names it. Nothing is opened before {@link #source} or {@link #sink}. */
public final class ImageLocation {
    private final TransportProvider provider;
    private final String rest;

    ImageLocation(TransportProvider provider, String rest) {
        this.provider = provider;
        this.rest = rest;
    }

    /** Parses with {@link Transports#standard()}. */
    public static ImageLocation parse(String text) {
        return Transports.standard().parse(text);
    }

    /** The transport's name, for instance {@code oci} or {@code docker}. */
    public String transport() {
        return provider.transport();
    }

    /** Opens the image for reading; the caller closes it. */
    public ImageSource source() {
        return provider.source(rest);
    }

    /** Writes whole images here. */
    public ImageSink sink() {
        return sink(CopyOptions.DEFAULT);
    }

    /** Writes what the options leave of images here. */
    public ImageSink sink(CopyOptions options) {
        return provider.sink(rest, options);
    }

    @Override
    public String toString() {
        return provider.transport() + ":" + rest;
    }
}
