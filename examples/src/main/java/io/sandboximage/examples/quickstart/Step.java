package io.sandboximage.examples.quickstart;

import java.time.Duration;

/**
 * One step of the chain.
 *
 * @param detail what came of it
 */
public record Step(String name, Duration took, String detail) {}
