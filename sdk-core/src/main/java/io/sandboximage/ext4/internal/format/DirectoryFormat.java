package io.sandboximage.ext4.internal.format;

import io.sandboximage.filetree.FileType;
import java.nio.ByteBuffer;

/**
 * What directory blocks look like.
 *
 * <pre>
 * entry:    inode u32 | record length u16 | name length u8 | type u8 | name, padded to 4 bytes
 * leaf:     entry, entry, …, the last one up to the tail | tail
 * tail:     0 u32 | 12 u16 | 0 u8 | 0xDE u8 | checksum u32
 * dx root:  "." (12 bytes) | ".." (up to the end of the block), inside of it:
 *           0 u32 | hash version u8 | 8 u8 | levels u8 | flags u8 | limit u16 | count u16 | block u32 | (hash u32 | block u32)…
 * dx node:  an empty entry as long as the block, inside of it: limit u16 | count u16 | block u32 | (hash u32 | block u32)…
 * dx tail:  0 u32 | checksum u32, after as many entries as the limit says
 * </pre>
 */
public final class DirectoryFormat {
    public static final int ENTRY_HEADER_BYTES = 8;
    public static final int TAIL_BYTES = 12;

    /** Bytes of a leaf block for entries. */
    public static final int LEAF_BYTES = Ext4Format.BLOCK_BYTES - TAIL_BYTES;

    /** Record length of {@code .} and {@code ..} where nothing is stretched. */
    public static final int DOT_BYTES = 12;

    public static final int ROOT_COUNT_OFFSET = 0x20;
    public static final int NODE_COUNT_OFFSET = 0x8;
    public static final int DX_ENTRY_BYTES = 8;
    public static final int DX_TAIL_BYTES = 8;
    public static final int ROOT_LIMIT = (Ext4Format.BLOCK_BYTES - ROOT_COUNT_OFFSET - DX_TAIL_BYTES) / DX_ENTRY_BYTES;
    public static final int NODE_LIMIT = (Ext4Format.BLOCK_BYTES - NODE_COUNT_OFFSET - DX_TAIL_BYTES) / DX_ENTRY_BYTES;

    private static final int TAIL_TYPE = 0xDE;
    private static final int ROOT_INFO = 0x18;
    private static final int ROOT_INFO_BYTES = 8;

    private DirectoryFormat() {}

    public static int entryBytes(int nameLength) {
        return (ENTRY_HEADER_BYTES + nameLength + 3) & ~3;
    }

    public static int typeCode(FileType type) {
        return switch (type) {
            case REGULAR -> 1;
            case DIRECTORY -> 2;
            case CHARACTER_DEVICE -> 3;
            case BLOCK_DEVICE -> 4;
            case FIFO -> 5;
            case SOCKET -> 6;
            case SYMLINK -> 7;
        };
    }

    /** Writes one entry; its name may be empty. */
    public static void putEntry(ByteBuffer block, int at, int inode, int recordLength, int type, byte[] name) {
        block.putInt(at, inode);
        block.putShort(at + 4, (short) recordLength);
        block.put(at + 6, (byte) name.length);
        block.put(at + 7, (byte) type);
        block.position(at + ENTRY_HEADER_BYTES).put(name).rewind();
    }

    /** Ends a leaf block with its checksum. */
    public static void sealLeaf(ByteBuffer block, int inodeSeed) {
        int tail = block.capacity() - TAIL_BYTES;
        putEntry(block, tail, 0, TAIL_BYTES, TAIL_TYPE, new byte[0]);
        block.putInt(tail + ENTRY_HEADER_BYTES, leafChecksum(block, inodeSeed));
    }

    public static boolean hasTail(ByteBuffer block) {
        int tail = block.capacity() - TAIL_BYTES;
        return block.getInt(tail) == 0
                && block.getShort(tail + 4) == TAIL_BYTES
                && block.get(tail + 6) == 0
                && (block.get(tail + 7) & 0xFF) == TAIL_TYPE;
    }

    public static boolean leafChecksumMatches(ByteBuffer block, int inodeSeed) {
        int tail = block.capacity() - TAIL_BYTES;
        return block.getInt(tail + ENTRY_HEADER_BYTES) == leafChecksum(block, inodeSeed);
    }

    /** Writes what stands before the hash table of a dx root. */
    public static void putRootInfo(ByteBuffer block, int hashVersion, int levels) {
        block.put(ROOT_INFO + 4, (byte) hashVersion);
        block.put(ROOT_INFO + 5, (byte) ROOT_INFO_BYTES);
        block.put(ROOT_INFO + 6, (byte) levels);
    }

    public static int rootLevels(ByteBuffer block) {
        return block.get(ROOT_INFO + 6) & 0xFF;
    }

    public static void putLimitAndCount(ByteBuffer block, int countOffset, int limit, int count) {
        block.putShort(countOffset, (short) limit);
        block.putShort(countOffset + 2, (short) count);
    }

    /** One hash and block; the first has no hash, for it covers all from 0. */
    public static void putDxEntry(ByteBuffer block, int countOffset, int index, int hash, int child) {
        int at = countOffset + index * DX_ENTRY_BYTES;
        if (index > 0) {
            block.putInt(at, hash);
        }
        block.putInt(at + 4, child);
    }

    public static void sealDx(ByteBuffer block, int countOffset, int inodeSeed) {
        block.putInt(dxTail(block, countOffset) + 4, dxChecksum(block, countOffset, inodeSeed));
    }

    public static boolean dxChecksumMatches(ByteBuffer block, int countOffset, int inodeSeed) {
        int tail = dxTail(block, countOffset);
        int used = countOffset + (block.getShort(countOffset + 2) & 0xFFFF) * DX_ENTRY_BYTES;
        return tail + DX_TAIL_BYTES <= block.capacity()
                && used <= tail
                && block.getInt(tail + 4) == dxChecksum(block, countOffset, inodeSeed);
    }

    private static int dxTail(ByteBuffer block, int countOffset) {
        return countOffset + (block.getShort(countOffset) & 0xFFFF) * DX_ENTRY_BYTES;
    }

    /** Covers the entries in use, then the tail with a checksum of 0. */
    private static int dxChecksum(ByteBuffer block, int countOffset, int inodeSeed) {
        int used = countOffset + (block.getShort(countOffset + 2) & 0xFFFF) * DX_ENTRY_BYTES;
        int crc = Crc32c.of(inodeSeed, block.array(), block.arrayOffset(), used);
        crc = Crc32c.ofInt(crc, block.getInt(dxTail(block, countOffset)));
        return Crc32c.ofInt(crc, 0);
    }

    private static int leafChecksum(ByteBuffer block, int inodeSeed) {
        return Crc32c.of(inodeSeed, block.array(), block.arrayOffset(), block.capacity() - TAIL_BYTES);
    }
}
