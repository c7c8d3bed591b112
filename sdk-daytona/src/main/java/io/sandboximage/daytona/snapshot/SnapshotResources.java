package io.sandboximage.daytona.snapshot;

import io.sandboximage.error.InvalidRequestException;

/**
 * What each sandbox of a snapshot gets.
 *
 * @param cpu vCPUs
 * @param memoryGb memory in GB
 * @param diskGb disk in GB
 * @param gpu 0 or 1
 */
public record SnapshotResources(int cpu, int memoryGb, int diskGb, int gpu) {
    /** What suits a development sandbox: 2 vCPUs, 4 GB of memory, 10 GB of disk. */
    public static final SnapshotResources DEFAULT = new SnapshotResources(2, 4, 10, 0);

    /** @throws InvalidRequestException if a value is negative, or there is more than one GPU */
    public SnapshotResources {
        if (cpu < 0 || memoryGb < 0 || diskGb < 0 || gpu < 0 || gpu > 1) {
            throw new InvalidRequestException(
                    "Resources of " + cpu + " CPU, " + memoryGb + " GB memory, " + diskGb + " GB disk and " + gpu
                            + " GPU are not possible: nothing may be negative, and there is at most one GPU");
        }
    }

    public static SnapshotResources of(int cpu, int memoryGb, int diskGb) {
        return new SnapshotResources(cpu, memoryGb, diskGb, 0);
    }

    @Override
    public String toString() {
        return cpu + " CPU, " + memoryGb + " GB memory, " + diskGb + " GB disk" + (gpu == 0 ? "" : ", " + gpu + " GPU");
    }
}
