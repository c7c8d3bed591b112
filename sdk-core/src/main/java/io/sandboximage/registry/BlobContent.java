package io.sandboximage.registry;

import java.io.InputStream;

/** The bytes of a blob to upload; opened again for each try. */
@FunctionalInterface
public interface BlobContent {
    /** A new stream from the first byte on; the client closes it. */
    InputStream open();
}
