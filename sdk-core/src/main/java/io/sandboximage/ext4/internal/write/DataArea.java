package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.ToLongFunction;

/** See {@code Ext4DataArea}, of which this is the inside. */
public final class DataArea {
    private static final int ZEROS_BYTES = 1 << 20;

    private final ImageFile file;
    private final BlockMap map;

    /** What stands behind is not written: it is too much, and the plan will say so. */
    private final long limitBlocks;

    /** @param exactBytes size of the file system, or -1 if it follows the content */
    public DataArea(Path path, long exactBytes) {
        long blocks = exactBytes < 0 ? 0 : exactBytes / Ext4Format.BLOCK_BYTES;
        int room = exactBytes < 0 ? Geometry.automaticRoom() : Geometry.room(blocks);
        map = new BlockMap(1 + room);
        limitBlocks = exactBytes < 0 ? Geometry.mostBlocks(room) : blocks;
        file = ImageFile.create(path);
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

    public void transfer(FileChannel source, long position, long count, long address) {
        long done = 0;
        while (done < count) {
            CancelledException.throwIfInterrupted("copying file data");
            long piece = Math.min(piece(address + done, count - done), 64L << 20);
            long place = place(address + done);
            if (place >= 0) {
                file.transfer(source, position + done, piece, place);
            }
            done += piece;
        }
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

    public void finish(PlannedImage image) {
        Plan plan = image.plan();
        file.length(plan.fileBytes());
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        for (Run hole : plan.allocation().placement().holes()) {
            long end = hole.end() << Ext4Format.BLOCK_SHIFT;
            for (long at = hole.start() << Ext4Format.BLOCK_SHIFT; at < end; at += zeros.limit()) {
                CancelledException.throwIfInterrupted("removing data of hidden files");
                zeros.clear().limit((int) Math.min(ZEROS_BYTES, end - at));
                write(at, zeros);
            }
        }
        MetadataWriter.write(plan, file);
    }

    public void close() {
        file.close();
    }
}
