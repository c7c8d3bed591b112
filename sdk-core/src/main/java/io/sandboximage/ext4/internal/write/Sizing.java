package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import org.jspecify.annotations.Nullable;

/** Finds a plan of the size that was asked for, or of the smallest size that leaves the free space that was asked for. */
final class Sizing {
    /** Automatic sizes are multiples of 1 MiB. */
    private static final long STEP_BLOCKS = (1 << 20) / Ext4Format.BLOCK_BYTES;

    private static final long MAX_BLOCKS = (128L << 40) / Ext4Format.BLOCK_BYTES;
    private static final int USED_INODES_MARGIN_PERCENT = 20;

    private final LayoutParameters parameters;
    private final Contents contents;
    private final Placement placement;
    /** Of the attempt before: most sizes have the same map. */
    private @Nullable Allocation files;

    Sizing(LayoutParameters parameters, Contents contents, Placement placement) {
        this.parameters = parameters;
        this.contents = contents;
        this.placement = placement;
    }

    /** How many blocks there shall be for descriptors, in a file system of so many blocks. */
    static int descriptorRoom(LayoutParameters parameters, long blocks) {
        int automatic = Geometry.automaticRoom(parameters.expectedBytes());
        return parameters.sizeBytes() < 0 && blocks <= Geometry.mostBlocks(automatic)
                ? automatic
                : Geometry.room(blocks);
    }

    /** @throws InvalidRequestException if the content does not fit */
    Plan plan() {
        if (parameters.inodes() >= 0 && parameters.inodes() < contents.usedInodes()) {
            throw new InvalidRequestException("The tree does not fit into an ext4 file system with "
                    + parameters.inodes() + " inodes: it needs " + contents.usedInodes());
        }
        if (parameters.sizeBytes() < 0) {
            Plan plan = smallest(parameters.minimumBytes(), parameters.freePercent(), parameters.freeBytes()).plan;
            return plan.withFileBytes(plan.geometry().blocks() * Ext4Format.BLOCK_BYTES);
        }
        Plan plan = attempt(parameters.sizeBytes() / Ext4Format.BLOCK_BYTES, parameters.sizeBytes());
        if (!plan.fits()) {
            long needed = smallest(0, 0, -1).blocks * Ext4Format.BLOCK_BYTES;
            throw new InvalidRequestException("The tree does not fit into an ext4 file system of "
                    + parameters.sizeBytes() + " bytes: it needs " + needed + " bytes (" + (needed >> 20) + " MiB) with"
                    + (parameters.journal() ? "" : "out") + " a journal; choose at least that size");
        }
        return plan;
    }

    /** Goes up from a size that is too small; what is used hardly grows with the size, so a few rounds do. */
    private Sized smallest(long minimumBytes, int freePercent, long freeBytes) {
        long minimum = Math.max(STEP_BLOCKS, Ext4Format.blocksFor(minimumBytes));
        long blocks = Math.max(minimum, blocksForInodes());
        while (true) {
            Plan plan = attempt(blocks, 0);
            long free = freeBytes >= 0
                    ? Ext4Format.blocksFor(freeBytes)
                    : Geometry.ceilDiv(plan.usedBlocks() * freePercent, 100);
            long target = Math.max(plan.usedBlocks() + free, plan.tables().end());
            target = Math.max(target, minimum);
            if (plan.fits() && plan.geometry().blocks() >= target) {
                return new Sized(blocks, plan);
            }
            blocks = Math.max(Geometry.ceilDiv(target, STEP_BLOCKS) * STEP_BLOCKS, blocks + STEP_BLOCKS);
            if (blocks > MAX_BLOCKS) {
                throw new InvalidRequestException(
                        "The tree needs an ext4 file system of more than 128 TiB: " + blocks + " blocks of 4 KiB");
            }
        }
    }

    /** @param blocks as asked for; the geometry may leave out the last few */
    private record Sized(long blocks, Plan plan) {}

    /** A group has only so many inodes: enough groups for all, the last of them as small as it can be. */
    private long blocksForInodes() {
        long inodes = parameters.inodes() >= 0 ? parameters.inodes() : contents.usedInodes() + parameters.freeInodes();
        long groups = Geometry.ceilDiv(inodes, Geometry.MAX_INODES_PER_GROUP);
        return (groups - 1) * Ext4Format.BLOCKS_PER_GROUP;
    }

    private Plan attempt(long blocks, long fileBytes) {
        Geometry geometry = Geometry.of(blocks, wantedInodes(blocks), descriptorRoom(parameters, blocks));
        Allocation known = files;
        if (known == null || known.map().copyBlocks() != geometry.copyBlocks()) {
            known = new Allocation(contents, placement, new BlockMap(geometry.copyBlocks()));
            files = known;
        }
        return Plan.of(parameters, contents, known, geometry, fileBytes, journalBlocks(geometry.blocks()));
    }

    private long wantedInodes(long blocks) {
        if (parameters.inodes() >= 0) {
            return parameters.inodes();
        }
        long used = contents.usedInodes();
        long bySize = blocks * Ext4Format.BLOCK_BYTES / parameters.bytesPerInode();
        long margin = Math.max(Geometry.ceilDiv(used * USED_INODES_MARGIN_PERCENT, 100), parameters.freeInodes());
        return Math.max(bySize, used + margin);
    }

    /** As mke2fs chooses it up to 64 MiB: more does not help a sandbox. */
    private long journalBlocks(long blocks) {
        if (!parameters.journal()) {
            return 0;
        }
        if (parameters.journalBytes() >= 0) {
            return parameters.journalBytes() / Ext4Format.BLOCK_BYTES;
        }
        if (blocks < 32_768) {
            return 1024;
        }
        if (blocks < 262_144) {
            return 4096;
        }
        return blocks < 524_288 ? 8192 : 16_384;
    }
}
