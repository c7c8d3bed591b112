package io.sandboximage.ext4;

import io.sandboximage.filetree.Inode;
import java.io.Closeable;
import java.nio.ByteBuffer;

/** A file system that is being written. {@link #writeData} may be called by many threads at once, in any order. */
public interface Ext4Output extends Closeable {
    /**
     * Writes file data to its final place. What is written lies inside one data range of the file's content; ranges that are
     * never written read as zeros.
     *
     * @param file a regular file of the planned tree
     * @param offset where in the file the data belongs
     * @param data is consumed to its limit
     * @throws IllegalArgumentException if the file is not of this tree or the data lies outside of its data ranges
     * @throws io.sandboximage.error.StorageException if the disk is full or fails
     */
    void writeData(Inode file, long offset, ByteBuffer data);

    /**
     * Writes all metadata and forces everything to disk. To be called once, after all data.
     *
     * @throws IllegalStateException if less or more data was written than the tree holds
     * @throws io.sandboximage.error.StorageException if the disk is full or fails
     */
    void finish();

    /** Closes the file; without {@link #finish()} it holds no valid file system. */
    @Override
    void close();
}
