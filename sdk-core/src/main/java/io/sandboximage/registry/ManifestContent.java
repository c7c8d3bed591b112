package io.sandboximage.registry;

import io.sandboximage.image.Descriptor;

/**
 * A manifest or index as a registry served it.
 *
 * @param descriptor names it; its digest was computed from the bytes
 * @param bytes the exact bytes
 */
public record ManifestContent(Descriptor descriptor, byte[] bytes) {
    public ManifestContent {
        bytes = bytes.clone();
    }

    /** A copy. */
    @Override
    public byte[] bytes() {
        return bytes.clone();
    }
}
