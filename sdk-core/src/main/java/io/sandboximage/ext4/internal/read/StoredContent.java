package io.sandboximage.ext4.internal.read;

import io.sandboximage.filetree.FileContent;
import java.util.ArrayList;
import java.util.List;

/** The content of a file in a file system: its size and data ranges, and where it came from. */
final class StoredContent extends FileContent {
    private final Volume volume;
    private final int inode;

    private StoredContent(Volume volume, int inode, long sizeBytes, List<Range> data) {
        super(sizeBytes, data);
        this.volume = volume;
        this.inode = inode;
    }

    static StoredContent of(Volume volume, int inode, long sizeBytes, FileExtents extents) {
        List<Range> ranges = new ArrayList<>();
        for (FileExtents.Extent extent : extents.list()) {
            long start = extent.logical() * volume.blockBytes();
            long end = Math.min(extent.end() * volume.blockBytes(), sizeBytes);
            if (start >= end) {
                continue;
            }
            int last = ranges.size() - 1;
            if (last >= 0 && ranges.get(last).offset() + ranges.get(last).length() == start) {
                Range before = ranges.get(last);
                ranges.set(last, new Range(before.offset(), end - before.offset()));
            } else {
                ranges.add(new Range(start, end - start));
            }
        }
        return new StoredContent(volume, inode, sizeBytes, ranges);
    }

    Volume volume() {
        return volume;
    }

    int inode() {
        return inode;
    }
}
