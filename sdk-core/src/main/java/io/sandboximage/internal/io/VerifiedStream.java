package io.sandboximage.internal.io;

import io.sandboximage.image.Descriptor;

/** A stream that does not end well unless its bytes were the blob's, so that nobody has to hash them again. */
public interface VerifiedStream {
    /** The blob whose size and digest are checked. */
    Descriptor verified();
}
