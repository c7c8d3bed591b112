package io.sandboximage.sandbox;

import java.time.Instant;
import java.util.Optional;

/**
 * A sandbox of an engine.
 *
 * @param expires when {@link LocalSandbox#reap} may remove it
 */
public record SandboxInfo(String name, String id, String image, boolean running, Optional<Instant> expires) {}
