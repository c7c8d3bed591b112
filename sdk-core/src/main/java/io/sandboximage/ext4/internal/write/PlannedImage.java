package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.filetree.FileContent;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;

/** A plan as the public API shows it. */
public final class PlannedImage {
    private final Plan plan;
    private final long dataBytes;

    private PlannedImage(Plan plan) {
        this.plan = plan;
        Numbering numbers = plan.contents().numbers();
        long bytes = 0;
        for (int position = 0; position < numbers.count(); position++) {
            if (numbers.inode(position).type() == FileType.REGULAR) {
                bytes += numbers.inode(position).content().dataBytes();
            }
        }
        dataBytes = bytes;
    }

    /** Files one after the other. */
    public static PlannedImage of(FileTree tree, LayoutParameters parameters) {
        Contents contents = new Contents(tree, parameters);
        return new PlannedImage(new Sizing(parameters, contents, Placement.packed(contents)).plan());
    }

    /** Files where their data is: see {@link Placement#given}. */
    static PlannedImage of(FileTree tree, LayoutParameters parameters, ToLongFunction<Inode> firstBlock, long blocks) {
        Contents contents = new Contents(tree, parameters);
        return new PlannedImage(new Sizing(parameters, contents, Placement.given(contents, firstBlock, blocks)).plan());
    }

    Plan plan() {
        return plan;
    }

    public LayoutParameters parameters() {
        return plan.parameters();
    }

    public long sizeBytes() {
        return plan.fileBytes();
    }

    public long blockCount() {
        return plan.geometry().blocks();
    }

    public long usedBlocks() {
        return plan.usedBlocks();
    }

    public long inodeCount() {
        return plan.geometry().inodes();
    }

    public long usedInodes() {
        return plan.contents().usedInodes();
    }

    public long journalBytes() {
        return plan.journalBlocks() * Ext4Format.BLOCK_BYTES;
    }

    public long dataBytes() {
        return dataBytes;
    }

    /** What of the data area, in bytes, no file has: ascending, not adjacent to each other. */
    public List<FileContent.Range> gaps() {
        return plan.allocation().placement().holes().stream()
                .map(hole -> new FileContent.Range(
                        hole.start() << Ext4Format.BLOCK_SHIFT, hole.length() << Ext4Format.BLOCK_SHIFT))
                .toList();
    }

    public ImageWriter create(Path path) {
        ImageFile file = ImageFile.create(path);
        file.length(plan.fileBytes());
        return new ImageWriter(plan, file, dataBytes);
    }
}
