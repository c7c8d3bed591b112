package io.sandboximage.ext4.internal.read;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.DirectoryFormat;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.filetree.FileName;
import java.nio.ByteBuffer;

/**
 * Lists a directory, block by block. An index does not matter for that: its blocks look like empty ones, so hashed and linear
 * directories are read alike.
 */
final class DirectoryReader {
    private static final int NAME_LENGTH = 6;
    private static final int RECORD_LENGTH = 4;

    private final Volume volume;
    private final int number;
    private final int seed;

    DirectoryReader(Volume volume, int number, InodeRecord inode) {
        this.volume = volume;
        this.number = number;
        this.seed = inode.seed(volume.seed(), number);
    }

    /** Takes one name, other than {@code .} and {@code ..}. */
    interface Visitor {
        void entry(FileName name, int inode);
    }

    /**
     * @param mostBlocks that it may have
     * @return how many blocks it has
     */
    long list(InodeRecord inode, long mostBlocks, Visitor visitor) {
        long blocks = inode.size() / volume.blockBytes();
        long read = 0;
        FileExtents extents = FileExtents.of(volume, number, inode);
        if (!extents.distinct()) {
            // Empty blocks could be read again and again, and nothing else would tell.
            throw volume.malformed("directory " + number + " has a block twice");
        }
        for (FileExtents.Extent extent : extents.list()) {
            for (int i = 0; i < extent.length() && extent.logical() + i < blocks; i++) {
                if (++read > mostBlocks) {
                    throw volume.malformed("directory " + number + " has blocks that belong to others too");
                }
                ByteBuffer block = volume.block(extent.start() + i);
                if (volume.checksums()) {
                    verify(block, extent.logical() + i, inode.has(InodeRecord.FLAG_INDEX));
                }
                entries(block, visitor);
            }
        }
        return read;
    }

    private void entries(ByteBuffer block, Visitor visitor) {
        int at = 0;
        while (at + DirectoryFormat.ENTRY_HEADER_BYTES <= block.capacity()) {
            int inode = block.getInt(at);
            int length = recordLength(block, at);
            int nameLength = block.get(at + NAME_LENGTH) & 0xFF;
            boolean fits = length >= DirectoryFormat.ENTRY_HEADER_BYTES
                    && at + length <= block.capacity()
                    && (inode == 0 || DirectoryFormat.ENTRY_HEADER_BYTES + nameLength <= length);
            if (!fits) {
                throw volume.malformed("an entry of directory " + number + " is malformed");
            }
            if (inode != 0) {
                byte[] name = new byte[nameLength];
                block.get(at + DirectoryFormat.ENTRY_HEADER_BYTES, name);
                if (!isDot(name)) {
                    visitor.entry(name(name), inode);
                }
            }
            at += length;
        }
    }

    private FileName name(byte[] name) {
        try {
            return FileName.of(name);
        } catch (InvalidContentException e) {
            throw volume.malformed("directory " + number + ": " + e.getMessage());
        }
    }

    /** Blocks of 64 KiB cannot write their own length into 16 bits. */
    private static int recordLength(ByteBuffer block, int at) {
        int length = block.getShort(at + RECORD_LENGTH) & 0xFFFF;
        return block.capacity() == 1 << 16 && (length == 0 || length == 0xFFFF) ? 1 << 16 : length;
    }

    private static boolean isDot(byte[] name) {
        return name.length > 0 && name.length <= 2 && name[0] == '.' && name[name.length - 1] == '.';
    }

    private void verify(ByteBuffer block, long logical, boolean indexed) {
        boolean matches;
        if (indexed && logical == 0) {
            matches = DirectoryFormat.dxChecksumMatches(block, DirectoryFormat.ROOT_COUNT_OFFSET, seed);
        } else if (indexed && block.getInt(0) == 0 && recordLength(block, 0) == block.capacity()) {
            matches = DirectoryFormat.dxChecksumMatches(block, DirectoryFormat.NODE_COUNT_OFFSET, seed);
        } else {
            matches = DirectoryFormat.hasTail(block) && DirectoryFormat.leafChecksumMatches(block, seed);
        }
        if (!matches) {
            throw volume.damaged("block " + logical + " of directory " + number);
        }
    }
}
