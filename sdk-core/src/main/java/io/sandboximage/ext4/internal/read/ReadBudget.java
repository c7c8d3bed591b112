package io.sandboximage.ext4.internal.read;

import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.Inode;

/**
 * Keeps what is read of a file system within the heap, so that one with too many files, extents or attributes is refused with a
 * sentence. What each takes is estimated, for object headers of 12 and references of 4 bytes.
 */
final class ReadBudget {
    private static final double HEAP_SHARE = 0.75;

    private static final int NAME_BYTES = 80;
    private static final int INODE_BYTES = 100;
    private static final int XATTR_BYTES = 160;
    private static final int RANGE_BYTES = 40;

    /** While they are read, extents are in one list, and ranges in another. */
    private static final int EXTENT_BYTES = 40 + RANGE_BYTES;

    private final Volume volume;
    private final long limit;
    private long bytes;

    ReadBudget(Volume volume) {
        this(volume, limit());
    }

    ReadBudget(Volume volume, long limit) {
        this.volume = volume;
        this.limit = limit;
    }

    /** @throws io.sandboximage.error.InvalidContentException if the tree becomes too large with it */
    void add(FileName name) {
        take(NAME_BYTES + name.length());
    }

    void add(Inode inode) {
        long cost = INODE_BYTES
                + inode.linkTarget().length
                + (long) RANGE_BYTES * inode.content().data().size();
        for (byte[] value : inode.xattrs().values()) {
            cost += XATTR_BYTES + value.length;
        }
        take(cost);
    }

    private void take(long more) {
        bytes += more;
        if (bytes > limit) {
            throw volume.malformed("there are too many files for the memory of this process: their names and attributes"
                    + " take more than " + (limit >> 20) + " MiB. If it is trusted, give the process a larger heap");
        }
    }

    /** @param extents of one file */
    static void requireExtents(Volume volume, int number, long extents) {
        if (extents * EXTENT_BYTES > limit()) {
            throw volume.malformed("inode " + number + " has more than " + extents
                    + " extents, too many for the memory of this process. If it is trusted, give the process a"
                    + " larger heap");
        }
    }

    private static long limit() {
        return (long) (Runtime.getRuntime().maxMemory() * HEAP_SHARE);
    }
}
