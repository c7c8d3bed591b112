package io.sandboximage.ext4;

import io.sandboximage.ext4.internal.write.ImageWriter;
import io.sandboximage.filetree.Inode;
import java.io.Closeable;
import java.nio.ByteBuffer;

/** A file system that is being written. {@link #writeData} may be called by many threads at once, in any order. */
public final class Ext4Output implements Closeable {
    private final ImageWriter writer;

    Ext4Output(ImageWriter writer) {
        this.writer = writer;
    }

    /**
     * Writes file data to its final place. Each byte of the data ranges is to be written exactly once. An interrupt of a thread
     * that writes closes the output for all.
     *
     * @param file a regular file of the planned tree
     * @param offset where in the file the data belongs
     * @param data is consumed to its limit; must lie inside one data range of the file's content
     * @throws IllegalArgumentException if the file is not of this tree or the data lies outside of its data ranges
     * @throws io.sandboximage.error.StorageException if the disk is full or fails
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted
     */
    public void writeData(Inode file, long offset, ByteBuffer data) {
        writer.writeData(file, offset, data);
    }

    /**
     * Writes all metadata and forces everything to disk. To be called once, after all data.
     *
     * @throws IllegalStateException if less or more data was written than the tree holds
     * @throws io.sandboximage.error.StorageException if the disk is full or fails
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted
     */
    public void finish() {
        writer.finish();
    }

    /** Closes the file; without {@link #finish()} it holds no valid file system. */
    @Override
    public void close() {
        writer.close();
    }
}
