package io.sandboximage.golden;

/** How generations are kept and cloned; {@link GoldenStore.Builder} chooses by probing the file system unless told. */
public enum GoldenStrategy {
    /** A btrfs subvolume, cloned by a snapshot. Needs btrfs and root. */
    BTRFS_SNAPSHOT,
    /** An ext4 image in one file, cloned by a reflink and mounted. Needs XFS or btrfs, loop devices and root. */
    REFLINKED_IMAGE,
    /** Layers once per host, of all projects, and per session copied metadata that points to them. Any file system. */
    LAYER_FARM,
    /** A copy of every file, by reflinks where the file system has them. Any file system. */
    COPY
}
