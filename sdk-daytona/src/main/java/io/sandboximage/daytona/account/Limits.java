package io.sandboximage.daytona.account;

import java.util.OptionalLong;

/**
 * What an organisation may use, as far as the server tells.
 *
 * @param snapshots how many snapshots may be active or in the making at a time
 * @param snapshotsUsed how many are
 * @param cpuPerSandbox most vCPUs
 * @param memoryGbPerSandbox most memory in GB
 * @param diskGbPerSandbox most disk in GB
 */
public record Limits(
        OptionalLong snapshots,
        OptionalLong snapshotsUsed,
        OptionalLong cpuPerSandbox,
        OptionalLong memoryGbPerSandbox,
        OptionalLong diskGbPerSandbox) {}
