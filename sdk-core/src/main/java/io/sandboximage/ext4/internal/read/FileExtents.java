package io.sandboximage.ext4.internal.read;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.ExtentNode;
import io.sandboximage.ext4.internal.format.InodeRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The extents of one inode, ascending; what is allocated but not written counts as a hole. */
final class FileExtents {
    /** Consecutive blocks of a file that are consecutive on disk. */
    record Extent(long logical, int length, long start) {
        long end() {
            return logical + length;
        }
    }

    private final List<Extent> extents = new ArrayList<>();

    private FileExtents() {}

    static FileExtents of(Volume volume, int number, InodeRecord inode) {
        if (inode.has(InodeRecord.FLAG_INLINE_DATA)) {
            throw volume.malformed("inode " + number + " keeps its data inline, which cannot be read here");
        }
        if (!inode.has(InodeRecord.FLAG_EXTENTS)) {
            throw volume.malformed("inode " + number
                    + " maps its blocks in the way of ext2 and ext3, which cannot be read here; convert it with e2fsck"
                    + " -E bmap2extent");
        }
        FileExtents all = new FileExtents();
        ExtentNode root = new ExtentNode(Ext4Format.littleEndian(inode.iBlock()));
        Walk walk = new Walk(volume, number, inode.seed(volume.seed(), number), all.extents);
        walk.node(root, root.depth());
        return all;
    }

    /** Whether no block is there twice. */
    boolean distinct() {
        long end = 0;
        for (Extent extent :
                extents.stream().sorted(Comparator.comparingLong(Extent::start)).toList()) {
            if (extent.start < end) {
                return false;
            }
            end = extent.start + extent.length;
        }
        return true;
    }

    List<Extent> list() {
        return extents;
    }

    /** The extent that holds a block of the file or, if that is a hole, the next one; the count if there is none. */
    int indexAt(long logical) {
        int low = 0;
        int high = extents.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (extents.get(middle).end() <= logical) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Goes through a tree. It ends soon whatever the disk says: every level is one less deep than the one above, and a node that is
     * read twice tells of blocks that came before.
     */
    private static final class Walk {
        /** The kernel leaves none behind; a few do no harm. */
        private static final int MAX_EMPTY_NODES = 100;

        private final Volume volume;
        private final int number;
        private final int seed;
        private final List<Extent> found;
        private long end;
        private int emptyNodes;

        Walk(Volume volume, int number, int seed, List<Extent> found) {
            this.volume = volume;
            this.number = number;
            this.seed = seed;
            this.found = found;
        }

        void node(ExtentNode node, int depth) {
            if (!node.valid() || node.depth() != depth) {
                throw volume.malformed("the extent tree of inode " + number + " is malformed");
            }
            if (node.entries() == 0 && ++emptyNodes > MAX_EMPTY_NODES) {
                throw volume.malformed("the extent tree of inode " + number + " has too many empty nodes");
            }
            for (int i = 0; i < node.entries(); i++) {
                if (depth == 0) {
                    leaf(node, i);
                } else {
                    child(node.child(i), depth - 1);
                }
            }
        }

        private void child(long block, int depth) {
            ExtentNode child = new ExtentNode(volume.block(block));
            if (volume.checksums() && child.valid() && !child.checksumMatches(seed)) {
                throw volume.damaged("a block of the extent tree of inode " + number);
            }
            node(child, depth);
        }

        private void leaf(ExtentNode node, int index) {
            Extent extent = new Extent(node.logical(index), node.length(index), node.start(index));
            if (extent.logical < end || extent.length == 0) {
                throw volume.malformed("the extents of inode " + number + " overlap or are out of order");
            }
            end = extent.end();
            if (node.written(index)) {
                found.add(extent);
                ReadBudget.requireExtents(volume, number, found.size());
            }
        }
    }
}
