package io.sandboximage.ext4;

import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads an ext4 file system in a file: what {@link Ext4Writer}, mke2fs or the Linux kernel wrote. Thread-safe; all reads are
 * positional. Checksums of metadata are verified as it is read.
 */
public interface Ext4Reader extends AutoCloseable {
    /**
     * @throws io.sandboximage.error.NotFoundException if there is no such file
     * @throws io.sandboximage.error.InvalidContentException if it holds no ext4 file system, or one with a feature that is
     *     not supported
     * @throws io.sandboximage.error.IntegrityException if the superblock or the group descriptors are damaged
     */
    static Ext4Reader open(Path file) {
        return FileReader.open(file);
    }

    Ext4Superblock superblock();

    /**
     * The whole tree, with xattrs, link targets and the sizes and data ranges of files. The contents of its regular files are
     * read with {@link #read} and {@link #newInputStream}.
     */
    FileTree tree();

    /**
     * Reads file data; holes read as zeros.
     *
     * @param file a regular file of a tree that this reader gave
     * @param offset where in the file to begin
     * @return how many bytes were read, at least one; -1 at the end of the file
     */
    int read(Inode file, long offset, ByteBuffer target);

    /** The whole content of a file; the stream is for one thread. */
    InputStream newInputStream(Inode file);

    /**
     * Writes everything below the root into a directory, which is made if it is missing. Nothing is written outside of it,
     * whatever links the file system holds, and nothing that exists is overwritten.
     *
     * @throws io.sandboximage.error.ConflictException if a name exists already
     */
    Ext4Extraction extract(Path directory);

    /**
     * Reads all metadata and verifies each checksum: superblocks, group descriptors, bitmaps, inodes, extents, directories and
     * extended attributes.
     *
     * @throws io.sandboximage.error.IntegrityException at the first that is wrong, naming it
     */
    void verify();

    @Override
    void close();
}
