package io.sandboximage.rootfs.internal;

/**
 * What an image may ask of the machine that unpacks it.
 *
 * @param uncompressedBytes of all layers together
 * @param indexBytes memory for the headers of all layers together
 * @param treeBytes memory for the tree that they are merged into, and for what is planned and written from it
 */
public record RootfsLimits(long uncompressedBytes, long indexBytes, long treeBytes) {
    private static final int INDEX_SHARE = 6;
    private static final double TREE_SHARE = 0.84;
    private static final long LEAST_INDEX_BYTES = 16L << 20;

    /**
     * Bounded by this JVM's heap. A merged tree takes about six times what the index of its headers takes; each index is free
     * before planning starts, so that together they stay below the heap.
     */
    public static RootfsLimits of(long uncompressedBytes) {
        long heap = Runtime.getRuntime().maxMemory();
        return new RootfsLimits(
                uncompressedBytes, Math.max(LEAST_INDEX_BYTES, heap / INDEX_SHARE), (long) (heap * TREE_SHARE));
    }
}
