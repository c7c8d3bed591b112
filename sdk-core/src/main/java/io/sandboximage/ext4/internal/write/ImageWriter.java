package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.filetree.FileContent;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Writes a planned file system: data from any thread to where it belongs, then all metadata. */
public final class ImageWriter {
    /** Files with more ranges than that keep their block ranges from one write to the next. */
    private static final int FEW_RANGES = 4;

    private final Plan plan;
    private final ImageFile file;
    private final long dataBytes;
    private final AtomicLong written = new AtomicLong();
    private final Map<Integer, BlockRanges> fragmented = new ConcurrentHashMap<>();

    ImageWriter(Plan plan, ImageFile file, long dataBytes) {
        this.plan = plan;
        this.file = file;
        this.dataBytes = dataBytes;
    }

    /** See {@code Ext4Output.writeData}. */
    public void writeData(Inode inode, long offset, ByteBuffer data) {
        int position = plan.contents().numbers().position(inode);
        if (position < 0 || inode.type() != FileType.REGULAR) {
            throw new IllegalArgumentException(
                    "Data was given for something that is no regular file of the planned tree");
        }
        int length = data.remaining();
        requireInside(inode.content(), offset, length);
        BlockRanges ranges = ranges(position, inode);
        BlockMap map = plan.allocation().map();
        long at = offset;
        int limit = data.limit();
        while (data.hasRemaining()) {
            long index = plan.allocation().placement().start(position) + ranges.indexOf(at >>> Ext4Format.BLOCK_SHIFT);
            int inBlock = (int) (at & (Ext4Format.BLOCK_BYTES - 1));
            long contiguous = map.contiguous(index);
            long room = contiguous > limit ? limit : contiguous * Ext4Format.BLOCK_BYTES - inBlock;
            int piece = (int) Math.min(data.remaining(), room);
            data.limit(data.position() + piece);
            file.write((map.block(index) << Ext4Format.BLOCK_SHIFT) + inBlock, data);
            data.limit(limit);
            at += piece;
        }
        written.addAndGet(length);
    }

    private static void requireInside(FileContent content, long offset, int length) {
        List<FileContent.Range> ranges = content.data();
        int low = 0;
        int high = ranges.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (ranges.get(middle).offset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        FileContent.Range range = ranges.isEmpty() ? new FileContent.Range(0, 0) : ranges.get(low);
        boolean inside = offset >= range.offset() && offset - range.offset() <= range.length() - length;
        if (!inside) {
            throw new IllegalArgumentException(length + " bytes at " + offset + " of a file of " + content.sizeBytes()
                    + " bytes are not within one of its data ranges");
        }
    }

    private BlockRanges ranges(int position, Inode inode) {
        return inode.content().data().size() <= FEW_RANGES
                ? plan.contents().ranges(position)
                : fragmented.computeIfAbsent(position, key -> plan.contents().ranges(key));
    }

    /** See {@code Ext4Output.finish}. */
    public void finish() {
        if (written.get() != dataBytes) {
            throw new IllegalStateException("The file system cannot be finished: " + written.get() + " of " + dataBytes
                    + " bytes of file data were written");
        }
        MetadataWriter.write(plan, file);
        file.force();
    }

    public void close() {
        file.close();
    }
}
