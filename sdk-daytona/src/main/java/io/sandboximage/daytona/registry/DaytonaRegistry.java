package io.sandboximage.daytona.registry;

import java.time.Instant;

/**
 * A registry that Daytona may pull from, as the server describes it; the password is never told.
 *
 * @param id UUID
 * @param url as the server wrote it down, for instance {@code https://ghcr.io} or {@code docker.io}
 * @param project part of the path; may be empty
 * @param type {@code organization} for all that users make
 */
public record DaytonaRegistry(
        String id,
        String name,
        String url,
        String username,
        String project,
        String type,
        Instant createdAt,
        Instant updatedAt) {}
