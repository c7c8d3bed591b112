package io.sandboximage.rootfs.internal;

/**
 * What an image may ask of the machine that unpacks it.
 *
 * @param uncompressedBytes of all layers together
 * @param indexBytes memory for the headers of all layers together
 */
public record RootfsLimits(long uncompressedBytes, long indexBytes) {
    private static final int INDEX_SHARE = 6;
    private static final long LEAST_INDEX_BYTES = 16L << 20;

    /** A merged tree takes about six times what the index of its headers takes: bound it by this JVM's heap. */
    public static RootfsLimits of(long uncompressedBytes) {
        return new RootfsLimits(
                uncompressedBytes,
                Math.max(LEAST_INDEX_BYTES, Runtime.getRuntime().maxMemory() / INDEX_SHARE));
    }
}
