package io.sandboximage.daytona.registry;

/**
 * What {@code ensure} did with a registry.
 *
 * @param outcome whether it was made, or changed to the given credentials
 */
public record EnsuredRegistry(DaytonaRegistry registry, Outcome outcome) {
    /** What had to be done. The server does not tell passwords, so one that is given is always written anew. */
    public enum Outcome {
        CREATED,
        UPDATED
    }
}
