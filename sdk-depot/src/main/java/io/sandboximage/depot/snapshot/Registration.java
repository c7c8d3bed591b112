package io.sandboximage.depot.snapshot;

/** By which means later sandboxes find what was made. */
public enum Registration {
    /**
     * A snapshot of the sandbox that holds the file, where the server has snapshots. Sandboxes that boot from it find the file at the
     * same path.
     */
    SNAPSHOT,
    /**
     * The file as an artifact in a registry, where one is given. Its types are this SDK's own; Depot has not published which it boots
     * from.
     */
    ARTIFACT,
    /** The image's own reference, where it is in a registry: sandboxes boot from images too. */
    IMAGE
}
