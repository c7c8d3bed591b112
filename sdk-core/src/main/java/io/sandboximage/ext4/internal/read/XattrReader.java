package io.sandboximage.ext4.internal.read;

import io.sandboximage.ext4.internal.format.Crc32c;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.PosixAcl;
import io.sandboximage.ext4.internal.format.XattrFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Reads extended attributes from an inode, its attribute block and value inodes. */
final class XattrReader {
    /** The marker of the feature inline_data; no attribute of the user's. */
    private static final String INLINE_DATA = "system.data";

    /** Linux sets and gives none that is larger. */
    private static final int MAX_VALUE_BYTES = 1 << 16;

    private final Volume volume;
    private final int number;
    private final Map<String, byte[]> found = new TreeMap<>();

    private XattrReader(Volume volume, int number) {
        this.volume = volume;
        this.number = number;
    }

    static Map<String, byte[]> of(Volume volume, int number, InodeRecord inode) {
        XattrReader reader = new XattrReader(volume, number);
        byte[] area = inode.xattrArea();
        if (area.length > XattrFormat.INODE_HEADER_BYTES
                && Ext4Format.littleEndian(area).getInt() == XattrFormat.MAGIC) {
            reader.entries(
                    Ext4Format.littleEndian(area), XattrFormat.INODE_HEADER_BYTES, XattrFormat.INODE_HEADER_BYTES);
        }
        if (inode.xattrBlock() != 0) {
            reader.block(inode.xattrBlock());
        }
        return reader.found;
    }

    private void block(long blockNumber) {
        ByteBuffer block = volume.block(blockNumber);
        if (block.getInt(0) != XattrFormat.MAGIC) {
            throw volume.malformed("the attribute block of inode " + number + " is malformed");
        }
        if (volume.checksums() && !XattrFormat.blockChecksumMatches(block, volume.seed(), blockNumber)) {
            throw volume.damaged("the attribute block of inode " + number);
        }
        entries(block, XattrFormat.BLOCK_HEADER_BYTES, 0);
    }

    /** @param valueBase from where value offsets count */
    private void entries(ByteBuffer source, int from, int valueBase) {
        int at = from;
        while (at + XattrFormat.END_BYTES <= source.capacity() && source.getInt(at) != 0) {
            if (at + XattrFormat.ENTRY_HEADER_BYTES > source.capacity()) {
                throw malformed();
            }
            int nameLength = source.get(at) & 0xFF;
            String prefix = XattrFormat.prefixText(source.get(at + 1) & 0xFF);
            int valueOffset = valueBase + (source.getShort(at + 2) & 0xFFFF);
            int valueInode = source.getInt(at + 4);
            long size = source.getInt(at + 8) & 0xFFFFFFFFL;
            int next = at + XattrFormat.ENTRY_HEADER_BYTES + XattrFormat.padded(nameLength);
            boolean fits = next <= source.capacity() && (valueInode != 0 || valueOffset + size <= source.capacity());
            if (!fits || size > MAX_VALUE_BYTES) {
                throw malformed();
            }
            byte[] rest = new byte[nameLength];
            source.get(at + XattrFormat.ENTRY_HEADER_BYTES, rest);
            byte[] value = valueInode != 0 ? large(valueInode, size) : new byte[(int) size];
            if (valueInode == 0) {
                source.get(valueOffset, value);
            }
            if (prefix != null) {
                keep(prefix + new String(rest, StandardCharsets.UTF_8), value);
            }
            at = next;
        }
    }

    private void keep(String name, byte[] value) {
        if (!name.equals(INLINE_DATA)) {
            found.put(name, PosixAcl.isAcl(name) ? PosixAcl.fromDisk(value) : value);
        }
    }

    private byte[] large(int valueInode, long size) {
        InodeRecord inode = volume.inode(valueInode);
        if (!inode.has(InodeRecord.FLAG_EA_INODE) || inode.size() != size) {
            throw malformed();
        }
        byte[] value = ContentReader.of(volume, valueInode, inode).all();
        if (volume.checksums() && inode.valueHash() != Crc32c.of(volume.seed(), value)) {
            throw volume.damaged("a large attribute value of inode " + number);
        }
        return value;
    }

    private RuntimeException malformed() {
        return volume.malformed("the extended attributes of inode " + number + " are malformed");
    }
}
