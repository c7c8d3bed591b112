package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.BackupGroups;
import io.sandboximage.ext4.internal.format.Ext4Format;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which blocks of the disk are in use. */
final class UsedBlocks {
    private final List<Run> runs = new ArrayList<>();

    private UsedBlocks() {}

    /** Ascending, without overlaps. */
    static List<Run> of(Plan plan) {
        UsedBlocks used = new UsedBlocks();
        int copyBlocks = plan.geometry().copyBlocks();
        used.runs.add(new Run(0, copyBlocks));
        for (long group : BackupGroups.below(plan.geometry().groups())) {
            used.runs.add(new Run(group * Ext4Format.BLOCKS_PER_GROUP, copyBlocks));
        }
        used.runs.addAll(plan.tables().runs());
        Allocation allocation = plan.allocation();
        long next = 0;
        for (Run hole : allocation.placement().holes()) {
            used.add(allocation.map(), next, hole.start());
            next = hole.end();
        }
        used.add(allocation.map(), next, allocation.end());
        used.runs.sort(Comparator.comparingLong(Run::start));
        return used.runs;
    }

    private void add(BlockMap map, long from, long to) {
        long index = from;
        while (index < to) {
            long length = Math.min(to - index, map.contiguous(index));
            runs.add(new Run(map.block(index), length));
            index += length;
        }
    }
}
