package io.sandboximage.rootfs.internal;

import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;

/** Takes file data, from many threads at once and in any order. */
@FunctionalInterface
public interface DataSink {
    /**
     * @param offset where in the file the data belongs
     * @param data is consumed; its memory is used again afterwards
     */
    void write(Inode file, long offset, ByteBuffer data);
}
