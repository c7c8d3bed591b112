package io.sandboximage.ext4.internal.write;

import java.util.ArrayList;
import java.util.List;

/**
 * Where bitmaps and inode tables of all groups stand (flex_bg lets them stand anywhere): behind everything else that is in use, so
 * that neither their number nor the size of the file system moves any file data.
 *
 * <pre>
 * … data, directories … | block bitmaps | inode bitmaps | inode tables | free …
 * </pre>
 *
 * Copies of superblock and descriptors are stepped over. Nothing here fails when the file system is too small: the structures
 * then stand beyond its end, which {@link #end()} tells.
 */
final class GroupTables {
    /** Bitmaps of so many groups stand together in any case. */
    private static final int GROUPS_PER_RUN = 16;

    private final long[] blockBitmaps;
    private final long[] inodeBitmaps;
    private final long[] inodeTables;
    private final List<Run> runs = new ArrayList<>();
    private final BlockMap map;
    private long next;

    /** @param first index in the map from which on all is free */
    GroupTables(Geometry geometry, BlockMap map, long first) {
        this.map = map;
        next = first;
        int groups = geometry.groups();
        blockBitmaps = new long[(int) Geometry.ceilDiv(groups, GROUPS_PER_RUN)];
        inodeBitmaps = new long[blockBitmaps.length];
        inodeTables = new long[groups];
        for (long[] bitmaps : List.of(blockBitmaps, inodeBitmaps)) {
            for (int run = 0; run < bitmaps.length; run++) {
                bitmaps[run] = take(Math.min(GROUPS_PER_RUN, groups - run * GROUPS_PER_RUN));
            }
        }
        for (int group = 0; group < groups; group++) {
            inodeTables[group] = take(geometry.inodeTableBlocks());
        }
    }

    private long take(int blocks) {
        long contiguous = map.contiguous(next);
        while (contiguous < blocks) {
            next += contiguous;
            contiguous = map.contiguous(next);
        }
        long start = map.block(next);
        next += blocks;
        int last = runs.size() - 1;
        if (last >= 0 && runs.get(last).end() == start) {
            runs.set(
                    last,
                    new Run(
                            runs.get(last).start(),
                            start + blocks - runs.get(last).start()));
        } else {
            runs.add(new Run(start, blocks));
        }
        return start;
    }

    long blockBitmap(int group) {
        return blockBitmaps[group / GROUPS_PER_RUN] + group % GROUPS_PER_RUN;
    }

    long inodeBitmap(int group) {
        return inodeBitmaps[group / GROUPS_PER_RUN] + group % GROUPS_PER_RUN;
    }

    long inodeTable(int group) {
        return inodeTables[group];
    }

    /** On disk, ascending, not adjacent to each other. */
    List<Run> runs() {
        return runs;
    }

    long blocks() {
        return runs.stream().mapToLong(Run::length).sum();
    }

    /** The first block behind all of them. */
    long end() {
        return runs.get(runs.size() - 1).end();
    }
}
