package io.sandboximage.assemble;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;

/** A layer that lies in the cache as a blob. */
record BuiltLayer(Descriptor descriptor, Digest diffId) {}
