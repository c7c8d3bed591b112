package io.sandboximage.depot.build;

import java.time.Instant;
import java.util.Optional;

/** A piece of what a step wrote, as Depot keeps it. */
public record DepotLogLine(String message, Optional<Instant> at) {}
