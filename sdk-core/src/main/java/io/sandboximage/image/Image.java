package io.sandboximage.image;

import java.util.List;

/** One image for one platform, read lazily from where it is stored. Thread-safe. */
public interface Image {
    /** Names the manifest. */
    Descriptor descriptor();

    Manifest manifest();

    ImageConfig config();

    /** Bottom layer first. */
    List<Layer> layers();
}
