package io.sandboximage.rootfs.internal.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The bytes of an uncompressed archive, piece by piece, where they are in memory already. */
public interface TarChunks {
    /**
     * The bytes that follow those given before, which are no longer needed.
     *
     * @return with an array, and not empty; null at the end
     */
    @Nullable
    ByteBuffer next() throws IOException;
}
