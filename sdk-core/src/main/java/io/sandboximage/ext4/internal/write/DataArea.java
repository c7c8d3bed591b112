package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.filetree.FileContent;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToLongFunction;

/** See {@code Ext4DataArea}, of which this is the inside. */
public final class DataArea {
    private static final int ZEROS_BYTES = 1 << 20;

    /** So many bytes are copied between two looks at whether the thread was interrupted. */
    private static final long TRANSFER_BYTES = 64L << 20;

    /** Smaller gaps between what files have are copied along and overwritten later, which costs less than one more call. */
    private static final long LEAST_GAP_BLOCKS = 16;

    private final ImageFile file;
    private final BlockMap map;

    /** What was left out: nothing was written there. */
    private final Queue<Run> untouched = new ConcurrentLinkedQueue<>();

    /** What stands behind is not written: it is too much, and the plan will say so. */
    private final long limitBlocks;

    /**
     * @param exactBytes size of the file system, or -1 if it follows the content
     * @param expectedBytes what the size will be at least if it follows the content
     */
    public DataArea(Path path, long exactBytes, long expectedBytes) {
        this(exactBytes, expectedBytes, ImageFile.create(path));
    }

    private DataArea(long exactBytes, long expectedBytes, ImageFile file) {
        int room = descriptorRoom(exactBytes, expectedBytes);
        map = new BlockMap(1 + room);
        limitBlocks = exactBytes < 0 ? Geometry.mostBlocks(room) : exactBytes / Ext4Format.BLOCK_BYTES;
        this.file = file;
    }

    /**
     * See {@code Ext4DataArea.adopt}.
     *
     * @param keptBytes how much of the area stays; the rest becomes a hole, and copies of the superblock become zeros
     */
    public static DataArea adopt(Path path, long exactBytes, long expectedBytes, long keptBytes) {
        DataArea area = new DataArea(exactBytes, expectedBytes, ImageFile.open(path));
        try {
            area.keepOnly(keptBytes >>> Ext4Format.BLOCK_SHIFT);
            return area;
        } catch (RuntimeException e) {
            area.close();
            throw e;
        }
    }

    private void keepOnly(long blocks) {
        file.length(blocks == 0 ? 0 : (map.block(blocks - 1) + 1) << Ext4Format.BLOCK_SHIFT);
        ByteBuffer zeros = ByteBuffer.allocateDirect(map.copyBlocks() * Ext4Format.BLOCK_BYTES);
        for (Run copy : map.copiesBefore(blocks)) {
            file.writeBlock(copy.start(), zeros.clear());
        }
    }

    /** See {@code Ext4DataArea.startBytes}. */
    public static long startBytes(long exactBytes, long expectedBytes) {
        return (1L + descriptorRoom(exactBytes, expectedBytes)) << Ext4Format.BLOCK_SHIFT;
    }

    private static int descriptorRoom(long exactBytes, long expectedBytes) {
        return exactBytes < 0
                ? Geometry.automaticRoom(expectedBytes)
                : Geometry.room(exactBytes / Ext4Format.BLOCK_BYTES);
    }

    public void write(long address, ByteBuffer data) {
        int limit = data.limit();
        long at = address;
        while (data.hasRemaining()) {
            int piece = (int) piece(at, data.remaining());
            data.limit(data.position() + piece);
            long place = place(at);
            if (place < 0) {
                data.position(data.limit());
            } else {
                file.write(place, data);
            }
            data.limit(limit);
            at += piece;
        }
    }

    public void leaveOut(long address, long count) {
        untouched.add(new Run(address >>> Ext4Format.BLOCK_SHIFT, count >>> Ext4Format.BLOCK_SHIFT));
    }

    public void transfer(FileChannel source, long position, long count, long address) {
        long done = 0;
        while (done < count) {
            CancelledException.throwIfInterrupted("copying file data");
            long piece = Math.min(piece(address + done, count - done), TRANSFER_BYTES);
            long place = place(address + done);
            if (place >= 0) {
                file.transfer(source, position + done, piece, place);
            }
            done += piece;
        }
    }

    public void transferTo(long address, long count, FileChannel target) {
        long done = 0;
        while (done < count) {
            CancelledException.throwIfInterrupted("copying file data");
            long piece = Math.min(piece(address + done, count - done), TRANSFER_BYTES);
            long place = place(address + done);
            if (place < 0) {
                throw new IllegalArgumentException("Nothing was written behind the limit of " + limitBytes());
            }
            file.transferTo(place, piece, target);
            done += piece;
        }
    }

    public void fill(PlannedImage image, FileChannel source, long position, long count, long address) {
        List<Run> holes = image.plan().allocation().placement().holes();
        long first = address >>> Ext4Format.BLOCK_SHIFT;
        long end = first + (count >>> Ext4Format.BLOCK_SHIFT);
        long copied = first;
        for (int i = firstEndingAfter(holes, first);
                i < holes.size() && holes.get(i).start() < end;
                i++) {
            long from = Math.max(first, holes.get(i).start());
            long to = Math.min(end, holes.get(i).end());
            if (to - from >= LEAST_GAP_BLOCKS) {
                transferBlocks(source, position, copied, from, first);
                untouched.add(new Run(from, to - from));
                copied = to;
            }
        }
        transferBlocks(source, position, copied, end, first);
    }

    /** See {@code Ext4DataArea.fillGaps}. */
    public void fillGaps(
            PlannedImage image,
            FileChannel source,
            long position,
            long count,
            long address,
            List<FileContent.Range> gaps) {
        List<Run> holes = image.plan().allocation().placement().holes();
        long first = address >>> Ext4Format.BLOCK_SHIFT;
        long end = first + (count >>> Ext4Format.BLOCK_SHIFT);
        for (FileContent.Range gap : gaps) {
            long missing = Math.max(first, gap.offset() >>> Ext4Format.BLOCK_SHIFT);
            long gapEnd = Math.min(end, (gap.offset() + gap.length()) >>> Ext4Format.BLOCK_SHIFT);
            for (int i = firstEndingAfter(holes, missing);
                    missing < gapEnd && i < holes.size() && holes.get(i).start() < gapEnd;
                    i++) {
                long from = Math.max(missing, holes.get(i).start());
                long to = Math.min(gapEnd, holes.get(i).end());
                transferBlocks(source, position, missing, from, first);
                untouched.add(new Run(from, to - from));
                missing = to;
            }
            transferBlocks(source, position, missing, gapEnd, first);
        }
    }

    private void transferBlocks(FileChannel source, long position, long from, long to, long first) {
        transfer(
                source,
                position + ((from - first) << Ext4Format.BLOCK_SHIFT),
                (to - from) << Ext4Format.BLOCK_SHIFT,
                from << Ext4Format.BLOCK_SHIFT);
    }

    private static int firstEndingAfter(List<Run> runs, long block) {
        int low = 0;
        int high = runs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (runs.get(middle).end() > block) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private long piece(long address, long most) {
        long index = address >>> Ext4Format.BLOCK_SHIFT;
        long inBlock = address & (Ext4Format.BLOCK_BYTES - 1);
        long contiguous = map.contiguous(index);
        return contiguous > most ? most : Math.min(most, (contiguous << Ext4Format.BLOCK_SHIFT) - inBlock);
    }

    /** In the file, or -1 beyond the limit. */
    private long place(long address) {
        long block = map.block(address >>> Ext4Format.BLOCK_SHIFT);
        return block >= limitBlocks ? -1 : (block << Ext4Format.BLOCK_SHIFT) + (address & (Ext4Format.BLOCK_BYTES - 1));
    }

    public long limitBytes() {
        return limitBlocks << Ext4Format.BLOCK_SHIFT;
    }

    public PlannedImage plan(
            FileTree tree, LayoutParameters parameters, ToLongFunction<Inode> firstBlock, long blocks) {
        PlannedImage image = PlannedImage.of(tree, parameters, firstBlock, blocks);
        if (image.plan().geometry().copyBlocks() != map.copyBlocks()) {
            throw new InvalidRequestException("The content needs an ext4 file system of more than "
                    + Geometry.mostBlocks(map.copyBlocks() - 1) * Ext4Format.BLOCK_BYTES
                    + " bytes, which is more than an automatic size can be: choose an exact size");
        }
        return image;
    }

    /** See {@code Ext4DataArea.durable}. */
    public void durable(boolean on) {
        file.durable(on);
    }

    public void finish(PlannedImage image) {
        Plan plan = image.plan();
        file.length(plan.fileBytes());
        removeHidden(plan.allocation().placement().holes());
        MetadataWriter.write(plan, file);
        file.force();
    }

    private void removeHidden(List<Run> holes) {
        List<Run> clean = new ArrayList<>(untouched);
        clean.sort(Comparator.comparingLong(Run::start));
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        int next = 0;
        for (Run hole : holes) {
            long at = hole.start();
            while (next < clean.size() && clean.get(next).start() < hole.end()) {
                writeZeros(zeros, at, clean.get(next).start());
                at = Math.max(at, clean.get(next).end());
                if (at > hole.end()) {
                    break; // and on into the next
                }
                next++;
            }
            writeZeros(zeros, at, hole.end());
        }
    }

    private void writeZeros(ByteBuffer zeros, long fromBlock, long toBlock) {
        long end = toBlock << Ext4Format.BLOCK_SHIFT;
        for (long at = fromBlock << Ext4Format.BLOCK_SHIFT; at < end; at += zeros.limit()) {
            CancelledException.throwIfInterrupted("removing data of hidden files");
            zeros.clear().limit((int) Math.min(ZEROS_BYTES, end - at));
            write(at, zeros);
        }
    }

    public void close() {
        file.close();
    }
}
