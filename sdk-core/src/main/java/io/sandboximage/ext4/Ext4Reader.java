package io.sandboximage.ext4;

import io.sandboximage.disk.Disk;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.ext4.internal.format.Superblock;
import io.sandboximage.ext4.internal.format.Superblock.Field;
import io.sandboximage.ext4.internal.read.ContentReader;
import io.sandboximage.ext4.internal.read.Extractor;
import io.sandboximage.ext4.internal.read.Features;
import io.sandboximage.ext4.internal.read.TreeReader;
import io.sandboximage.ext4.internal.read.Verifier;
import io.sandboximage.ext4.internal.read.Volume;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Reads an ext4 file system in a file, raw or compressed by {@link io.sandboximage.disk.SeekableZstd}, or elsewhere: what {@link Ext4Writer}, mke2fs or the Linux kernel wrote. Thread-safe; all reads are
 * positional. Checksums of metadata are verified as it is read. A journal is not replayed: what the superblock calls
 * {@link Ext4Superblock#needsRecovery()} may be read in an older state.
 *
 * <p>All methods throw {@link io.sandboximage.error.IntegrityException} where a checksum does not match,
 * {@link io.sandboximage.error.InvalidContentException} where something is malformed or not supported (encryption, compression,
 * inline data, block maps of ext3), {@link io.sandboximage.error.StorageException} where the file cannot be read, and
 * {@link io.sandboximage.error.CancelledException} where the thread is interrupted.
 */
public final class Ext4Reader implements AutoCloseable {
    private final Volume volume;

    private Ext4Reader(Volume volume) {
        this.volume = volume;
    }

    /** @throws io.sandboximage.error.NotFoundException if there is no such file */
    public static Ext4Reader open(Path file) {
        return open(Disk.open(file));
    }

    /** Reads a file system from elsewhere; the disk is closed with the reader, or if this fails. */
    public static Ext4Reader open(Disk disk) {
        return new Ext4Reader(Volume.open(disk));
    }

    public Ext4Superblock superblock() {
        Superblock source = volume.superblock();
        int state = source.getInt(Field.STATE);
        boolean needsRecovery = Features.names(source).contains("needs_recovery");
        return new Ext4Superblock(
                source.uuid(),
                source.hashSeedUuid(),
                source.label(),
                source.get(Field.BLOCKS) * volume.blockBytes(),
                volume.blockBytes(),
                source.get(Field.BLOCKS),
                source.get(Field.FREE_BLOCKS),
                source.get(Field.INODES),
                source.get(Field.FREE_INODES),
                Features.names(source),
                (state & Superblock.STATE_CLEAN) != 0 && (state & Superblock.STATE_ERRORS) == 0 && !needsRecovery,
                needsRecovery,
                source.getInt(Field.MOUNTS),
                Instant.ofEpochSecond(source.seconds(Field.CREATED_AT)),
                Instant.ofEpochSecond(source.seconds(Field.WRITTEN_AT)),
                Instant.ofEpochSecond(source.seconds(Field.MOUNTED_AT)));
    }

    /**
     * The whole tree, with xattrs, link targets and the sizes and data ranges of files. The contents of its regular files are
     * read with {@link #read} and {@link #newInputStream}.
     */
    public FileTree tree() {
        return new TreeReader(volume).read();
    }

    /**
     * What a path leads to, without reading the whole tree: a directory has its children, but not theirs. Symbolic links are not
     * followed.
     *
     * @param path in UTF-8; {@code /} is the root, and components {@code .} and {@code ..} are not known
     * @throws io.sandboximage.error.NotFoundException if there is nothing
     */
    public Inode find(String path) {
        List<FileName> names = Arrays.stream(path.split("/"))
                .filter(name -> !name.isEmpty())
                .map(FileName::of)
                .toList();
        Inode found = new TreeReader(volume).find(names);
        if (found == null) {
            throw new NotFoundException("The file system in " + volume.name() + " has no " + path);
        }
        return found;
    }

    /**
     * Reads file data; holes read as zeros.
     *
     * @param file a regular file of a tree that this reader gave
     * @param offset where in the file to begin
     * @return how many bytes were read, at least one where there is room for one; -1 at the end of the file
     */
    public int read(Inode file, long offset, ByteBuffer target) {
        return ContentReader.of(volume, file).read(offset, target);
    }

    /** The whole content of a file; the stream is for one thread. */
    public InputStream newInputStream(Inode file) {
        return ContentReader.of(volume, file).stream();
    }

    /**
     * Writes everything below the root into a directory, which is made if it is missing. Nothing is written outside of it,
     * whatever links the file system holds, and nothing that exists is overwritten.
     *
     * @throws io.sandboximage.error.ConflictException if a name exists already
     */
    public Ext4Extraction extract(Path directory) {
        Extractor extractor = new Extractor(volume);
        extractor.extract(tree(), directory);
        return new Ext4Extraction(extractor.entries(), extractor.bytes(), extractor.notes());
    }

    /**
     * Reads all metadata and verifies each checksum: superblocks, group descriptors, bitmaps, inodes, extents, directories and
     * extended attributes. It does not replace {@code e2fsck}, which also compares them with each other.
     *
     * @throws io.sandboximage.error.IntegrityException at the first that is wrong, naming it
     */
    public void verify() {
        new Verifier(volume).verify();
    }

    @Override
    public void close() {
        volume.close();
    }
}
