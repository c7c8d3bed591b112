package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.filetree.FileContent;
import java.util.Arrays;
import java.util.List;

/** The blocks of a file that hold data: ascending, apart from each other by at least one block of hole. */
public final class BlockRanges {
    /** The kernel's limit for files with extents: one block less than 32 bits can number. */
    private static final long MAX_FILE_BYTES = ((1L << 32) - 1) << Ext4Format.BLOCK_SHIFT;

    private static final BlockRanges NONE = new BlockRanges(new long[0], new long[0]);

    /** What most files of an image are: one for each small number of blocks. */
    private static final BlockRanges[] SMALL = new BlockRanges[64];

    static {
        SMALL[0] = NONE;
        for (int blocks = 1; blocks < SMALL.length; blocks++) {
            SMALL[blocks] = new BlockRanges(new long[] {0}, new long[] {blocks});
        }
    }

    private final long[] starts;

    /** How many data blocks lie before each range, and at the end the sum of all. */
    private final long[] before;

    private BlockRanges(long[] starts, long[] lengths) {
        this.starts = starts;
        before = new long[starts.length + 1];
        for (int i = 0; i < starts.length; i++) {
            before[i + 1] = before[i] + lengths[i];
        }
    }

    /** One range from the start of the file. */
    static BlockRanges first(long blocks) {
        if (blocks < SMALL.length) {
            return SMALL[(int) blocks];
        }
        return new BlockRanges(new long[] {0}, new long[] {blocks});
    }

    /** @throws InvalidContentException if the ranges overlap or pass the size, or the file is too large for ext4 */
    public static BlockRanges of(FileContent content) {
        if (content.sizeBytes() < 0 || content.sizeBytes() > MAX_FILE_BYTES) {
            throw new InvalidContentException(
                    "A file of " + content.sizeBytes() + " bytes cannot be stored: ext4 allows 0 to " + MAX_FILE_BYTES);
        }
        if (content.withoutHoles()) {
            return first(Ext4Format.blocksFor(content.sizeBytes()));
        }
        List<FileContent.Range> data = content.data();
        long[] starts = new long[data.size()];
        long[] lengths = new long[data.size()];
        int count = 0;
        long end = 0;
        for (FileContent.Range range : data) {
            if (range.offset() < end || range.length() < 0 || range.length() > content.sizeBytes() - range.offset()) {
                throw new InvalidContentException("The data ranges of a file of " + content.sizeBytes()
                        + " bytes overlap or pass its end: " + range);
            }
            if (range.length() == 0) {
                continue;
            }
            end = range.offset() + range.length();
            long first = range.offset() >>> Ext4Format.BLOCK_SHIFT;
            long last = Ext4Format.blocksFor(end);
            if (count > 0 && first <= starts[count - 1] + lengths[count - 1]) {
                lengths[count - 1] = last - starts[count - 1];
            } else {
                starts[count] = first;
                lengths[count++] = last - first;
            }
        }
        return count == 0 ? NONE : new BlockRanges(Arrays.copyOf(starts, count), Arrays.copyOf(lengths, count));
    }

    /** Whether it is one range from the start of the file. */
    boolean isFirst() {
        return starts.length == 1 && starts[0] == 0;
    }

    int count() {
        return starts.length;
    }

    /** First block, in the file. */
    long start(int range) {
        return starts[range];
    }

    long length(int range) {
        return before[range + 1] - before[range];
    }

    /** How many data blocks the file has. */
    public long blocks() {
        return before[starts.length];
    }

    /** Which data block, counted from 0, a block of the file is; it must be one. */
    public long indexOf(long fileBlock) {
        int found = Arrays.binarySearch(starts, fileBlock);
        int range = found >= 0 ? found : -found - 2;
        return before[range] + fileBlock - starts[range];
    }
}
