package io.sandboximage.transport;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.store.CopyOptions;

/**
 * A kind of store that images are named in. Providers on the class path or module path are found by
 * {@link java.util.ServiceLoader}; others are given by {@link Transports#with}. Thread-safe.
 */
public interface TransportProvider {
    /** What stands before the colon: lower-case letters, digits and hyphens. */
    String transport();

    /** What comes after the colon, for messages: {@code DIR[:TAG]}. */
    String syntax();

    /**
     * Opens an image for reading; the caller closes it.
     *
     * @param rest what stands after the colon
     * @throws io.sandboximage.error.InvalidRequestException if {@code rest} breaks the syntax
     */
    ImageSource source(String rest);

    /**
     * Where images are written to.
     *
     * @throws io.sandboximage.error.InvalidRequestException if {@code rest} breaks the syntax, or an option makes no sense there
     */
    ImageSink sink(String rest, CopyOptions options);
}
