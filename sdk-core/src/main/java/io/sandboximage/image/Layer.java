package io.sandboximage.image;

import java.io.InputStream;

/** One layer of an image: a tar archive of changes, as stored and as it unpacks. Opening is lazy and repeatable. */
public interface Layer {
    /** Names the stored, usually compressed, blob. */
    Descriptor descriptor();

    /** Digest of the uncompressed tar. */
    Digest diffId();

    /** Digest of this layer together with all below it (image-spec, config.md, "Layer ChainID"). */
    Digest chainId();

    /** The blob as stored, verified while it streams: a mismatch is an error at its end. The caller closes it. */
    InputStream openCompressed();
}
