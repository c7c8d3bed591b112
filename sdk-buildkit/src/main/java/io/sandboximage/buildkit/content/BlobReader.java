package io.sandboximage.buildkit.content;

import io.sandboximage.image.Digest;
import java.io.InputStream;
import java.util.OptionalLong;

/** Reads blobs by digest, as they are stored and not verified. Thread-safe. */
public interface BlobReader {
    /** The place as users write it, for messages. */
    String name();

    /** The blob's size in bytes; empty if the place does not have the blob. */
    OptionalLong size(Digest digest);

    /**
     * The bytes from an offset on; the caller closes the stream. A break in the middle is thrown by the read that meets it.
     *
     * @throws io.sandboximage.error.NotFoundException now or by a read, if the blob is not there
     */
    InputStream open(Digest digest, long offset);
}
