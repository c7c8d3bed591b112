package io.sandboximage.docker;

/** How an engine keeps images, which decides what an image's ID is. */
public enum ImageStoreKind {
    /** Docker's own store of unpacked layers: the ID of an image is the digest of its config. */
    CLASSIC,
    /** containerd's content store, default of new installations since Engine 29: the ID is the digest of manifest or index. */
    CONTAINERD
}
