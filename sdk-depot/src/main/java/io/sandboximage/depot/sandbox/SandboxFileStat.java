package io.sandboximage.depot.sandbox;

import java.time.Instant;

/**
 * A file in a sandbox.
 *
 * @param mode permission bits, with set-user-id, set-group-id and sticky
 */
public record SandboxFileStat(
        String path, SandboxFileType type, long sizeBytes, int mode, String user, String group, Instant modifiedAt) {}
