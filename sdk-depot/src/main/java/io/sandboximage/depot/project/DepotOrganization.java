package io.sandboximage.depot.project;

import java.time.Instant;

/** An organization that the token can see. */
public record DepotOrganization(String id, String name, Instant createdAt) {}
