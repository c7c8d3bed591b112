package io.sandboximage.ext4;

import io.sandboximage.ext4.internal.write.DataArea;
import io.sandboximage.filetree.FileContent;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A file system whose file data is written before its tree is known. Data goes to addresses of the caller's choice, counted in bytes
 * from the start of the area; each file's data begins on a multiple of {@link Ext4Options#BLOCK_BYTES}, and its data blocks follow
 * each other, holes left out. Where an address is on disk depends on the address alone: equal data at equal addresses gives equal
 * bytes at equal places, whatever else the file system holds.
 *
 * <pre>{@code
 * try (Ext4DataArea area = Ext4DataArea.create(file, options)) {
 *     area.write(0, bytes);
 *     area.finish(area.plan(tree, inode -> 0, 1));
 * }
 * }</pre>
 *
 * {@link #write}, {@link #transfer}, {@link #transferTo} and {@link #fill} may be called by many threads at once. An interrupt of a thread that writes closes the file
 * for all.
 */
public final class Ext4DataArea implements Closeable {
    private final DataArea area;
    private final Ext4Options options;

    private Ext4DataArea(DataArea area, Ext4Options options) {
        this.area = area;
        this.options = options;
    }

    /**
     * Creates the file. The caller takes care of a temporary name and of the final rename, and removes the file where something
     * fails.
     *
     * @throws io.sandboximage.error.ConflictException if the file exists
     * @throws io.sandboximage.error.StorageException if the file cannot be created
     */
    public static Ext4DataArea create(Path file, Ext4Options options) {
        return new Ext4DataArea(new DataArea(file, exactBytes(options), expectedBytes(options)), options);
    }

    /**
     * Begins with a file that is there: a copy of a finished file system whose area had the same {@link #startBytes}. The first
     * {@code keptBytes} of the area stay as they are; all else of it is gone, as if nothing had been written there.
     *
     * @param keptBytes a multiple of {@link Ext4Options#BLOCK_BYTES}
     * @throws io.sandboximage.error.StorageException if the file cannot be opened or changed
     */
    public static Ext4DataArea adopt(Path file, Ext4Options options, long keptBytes) {
        return new Ext4DataArea(DataArea.adopt(file, exactBytes(options), expectedBytes(options), keptBytes), options);
    }

    private static long exactBytes(Ext4Options options) {
        return options.sizeBytes().orElse(-1);
    }

    private static long expectedBytes(Ext4Options options) {
        return Math.max(options.minimumBytes(), options.freeBytes().orElse(0));
    }

    /** Where the area begins in files with these options. Areas that begin at the same place have all addresses at the same places. */
    public static long startBytes(Ext4Options options) {
        return DataArea.startBytes(exactBytes(options), expectedBytes(options));
    }

    /**
     * Writes file data. What is written beyond the exact size of the file system is dropped; {@link #plan} then tells what size
     * is needed.
     *
     * @param address from the start of the area, in bytes
     * @param data is consumed to its limit
     * @throws io.sandboximage.error.StorageException if the disk is full or fails
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted
     */
    public void write(long address, ByteBuffer data) {
        area.write(address, data);
    }

    /**
     * Tells that everywhere in this piece there are zeros, and that nothing is or will be written there: it stays a hole.
     *
     * @param address a multiple of {@link Ext4Options#BLOCK_BYTES}, as is {@code count}
     */
    public void leaveOut(long address, long count) {
        area.leaveOut(address, count);
    }

    /** No address from here on finds a place. */
    public long limitBytes() {
        return area.limitBytes();
    }

    /**
     * Copies file data from another file, within the kernel where it can.
     *
     * @param source used by this call alone: its position changes
     * @param position of the first byte in the source
     * @param address as in {@link #write}
     */
    public void transfer(FileChannel source, long position, long count, long address) {
        area.transfer(source, position, count, address);
    }

    /**
     * Copies file data that was written here to where another file stands, within the kernel where it can; to be called before {@link
     * #finish}.
     *
     * @param address as in {@link #write}, below {@link #limitBytes}
     * @param target used by this call alone
     */
    public void transferTo(long address, long count, FileChannel target) {
        area.transferTo(address, count, target);
    }

    /**
     * Like {@link #transfer}, but of what no file of the layout has larger pieces are left out: they stay holes. To be called
     * between {@link #plan} and {@link #finish}, for places where nothing else was written.
     *
     * @param count a multiple of {@link Ext4Options#BLOCK_BYTES}, as is {@code address}
     * @param layout from {@link #plan} of this area
     */
    public void fill(FileChannel source, long position, long count, long address, Ext4Layout layout) {
        area.fill(layout.image(), source, position, count, address);
    }

    /**
     * Like {@link #fill}, for what came by {@link #adopt}: copies only what the file before had no data for, and a file of the layout
     * has.
     *
     * @param gaps {@link Ext4Layout#gaps} of the file before
     */
    public void fillGaps(
            FileChannel source,
            long position,
            long count,
            long address,
            Ext4Layout layout,
            List<FileContent.Range> gaps) {
        area.fillGaps(layout.image(), source, position, count, address, gaps);
    }

    /**
     * Lays the tree out around the data. The tree must not change from now until the file system is finished.
     *
     * @param firstBlock where in the area, in blocks, the data of a regular file begins; asked for files that have any
     * @param blocks size of the area; what no file has becomes free space
     * @throws IllegalArgumentException if files overlap or pass the end of the area
     * @throws io.sandboximage.error.InvalidRequestException if the tree does not fit the exact size, with the size that it
     *     needs; if it needs more than the 2 TiB that an automatic size can be where the options tell no larger minimum or free
     *     space; or if options contradict each other
     * @throws io.sandboximage.error.InvalidContentException if ext4 cannot hold something in the tree
     */
    public Ext4Layout plan(FileTree tree, ToLongFunction<Inode> firstBlock, long blocks) {
        return new Ext4Layout(area.plan(tree, Planner.parameters(tree, options), firstBlock, blocks));
    }

    /**
     * Overwrites with zeros what no file has, writes all metadata and forces everything to disk. To be called once.
     *
     * @param layout from {@link #plan} of this area
     */
    public void finish(Ext4Layout layout) {
        area.finish(layout.image());
    }

    /**
     * Whether data is forced to disk, in part while it is written and all of it in {@link #finish}; on by default. Without it, a power
     * cut may cost the file, or a part of it. To be chosen before anything is written.
     */
    public void durable(boolean on) {
        area.durable(on);
    }

    /** Closes the file; without {@link #finish} it holds no valid file system. */
    @Override
    public void close() {
        area.close();
    }
}
