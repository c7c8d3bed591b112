package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import java.nio.file.Path;

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

    public static PlannedImage of(FileTree tree, LayoutParameters parameters) {
        return new PlannedImage(new Sizing(parameters, new Contents(tree, parameters)).plan());
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

    public ImageWriter create(Path path) {
        return new ImageWriter(plan, ImageFile.create(path, plan.fileBytes()), dataBytes);
    }
}
