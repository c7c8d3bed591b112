package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Crc32c;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.XattrFormat;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes extended attributes: areas in inodes, shared blocks, and the data of large values. */
final class XattrWriter {
    private static final int AREA_BYTES = InodeRecord.BYTES - InodeRecord.OLD_BYTES - InodeRecord.EXTRA_ISIZE;

    private final Plan plan;
    private final ImageFile file;

    XattrWriter(Plan plan, ImageFile file) {
        this.plan = plan;
        this.file = file;
    }

    /** What goes behind the extra fields of an inode. Hashes are not kept there, except where they lead to a value's inode. */
    byte[] area(List<XattrLayout.Entry> entries) {
        byte[] bytes = new byte[AREA_BYTES];
        ByteBuffer area = Ext4Format.littleEndian(bytes);
        area.putInt(0, XattrFormat.MAGIC);
        int at = XattrFormat.INODE_HEADER_BYTES;
        int end = AREA_BYTES;
        for (XattrLayout.Entry entry : entries) {
            end = putValue(area, end, entry);
            int hash = entry.ownInode() ? hash(entry) : 0;
            at = put(area, at, entry, end - XattrFormat.INODE_HEADER_BYTES, hash);
        }
        return bytes;
    }

    /** Writes all shared blocks. */
    void writeBlocks() {
        plan.contents().xattrs().blocks().forEach((entries, shared) -> {
            ByteBuffer block = Ext4Format.block();
            int at = XattrFormat.BLOCK_HEADER_BYTES;
            int end = Ext4Format.BLOCK_BYTES;
            int blockHash = 0;
            for (XattrLayout.Entry entry : entries) {
                int hash = hash(entry);
                blockHash = XattrFormat.blockHash(blockHash, hash);
                end = putValue(block, end, entry);
                at = put(block, at, entry, end, hash);
            }
            XattrFormat.putBlockHeader(block, shared.references(), blockHash);
            long number = plan.allocation().xattrBlock(shared.position());
            XattrFormat.sealBlock(block, plan.seed(), number);
            file.writeBlock(number, block);
        });
    }

    /** Writes the inodes and the data of large values. */
    void writeValues(InodeTableWriter inodes, NodeWriter nodes) {
        List<byte[]> values = plan.contents().xattrs().values();
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            int references = plan.contents().xattrs().value(value).references();
            BlockRanges ranges = BlockRanges.first(Ext4Format.blocksFor(value.length));
            Allocation.Blocks blocks = plan.allocation().value(i);
            int number = plan.contents().valueInode(i);
            inodes.put(number, inode -> {
                inode.mode(InodeRecord.MODE_REGULAR | 0600).links(1).size(value.length);
                nodes.putExtents(inode, number, ranges, blocks, 0);
                inode.flags(inode.flags() | InodeRecord.FLAG_EA_INODE);
                inode.valueHashAndReferences(valueChecksum(value), references);
            });
            for (long block = 0; block < ranges.blocks(); block++) {
                int from = (int) (block << Ext4Format.BLOCK_SHIFT);
                int length = Math.min(Ext4Format.BLOCK_BYTES, value.length - from);
                file.writeBlock(
                        plan.allocation().map().block(blocks.start() + block), ByteBuffer.wrap(value, from, length));
            }
        }
    }

    private static int putValue(ByteBuffer target, int end, XattrLayout.Entry entry) {
        if (entry.ownInode()) {
            return end;
        }
        int start = end - XattrFormat.padded(entry.value().length);
        target.position(start).put(entry.value()).rewind();
        return start;
    }

    private int put(ByteBuffer target, int at, XattrLayout.Entry entry, int valueOffset, int hash) {
        boolean empty = entry.ownInode() || entry.value().length == 0;
        int inode = entry.ownInode()
                ? plan.contents()
                        .valueInode(
                                plan.contents().xattrs().value(entry.value()).position())
                : 0;
        XattrFormat.putEntry(
                target, at, entry.prefix(), entry.name(), empty ? 0 : valueOffset, inode, entry.value().length, hash);
        return at + XattrFormat.ENTRY_HEADER_BYTES + XattrFormat.padded(entry.name().length);
    }

    private int hash(XattrLayout.Entry entry) {
        int hash = XattrFormat.nameHash(entry.name());
        return entry.ownInode()
                ? XattrFormat.valueInodeHash(hash, valueChecksum(entry.value()))
                : XattrFormat.valueHash(hash, entry.value());
    }

    private int valueChecksum(byte[] value) {
        return Crc32c.of(plan.seed(), value);
    }
}
