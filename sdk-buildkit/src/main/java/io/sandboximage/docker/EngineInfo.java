package io.sandboximage.docker;

import io.sandboximage.image.Platform;

/**
 * What an engine is.
 *
 * @param version of the engine, for instance {@code 28.5.2}
 * @param apiVersion the one that this client uses with it
 * @param platform what its containers run on
 * @param storageDriver for instance {@code overlay2}
 * @param name of the machine that it runs on, as it knows it
 */
public record EngineInfo(
        String version,
        String apiVersion,
        Platform platform,
        ImageStoreKind imageStore,
        String storageDriver,
        String name) {
    /** The first release whose classic store reads layers that zstd compressed. */
    private static final int FIRST_WITH_ZSTD = 23;

    /** Whether it can unpack layers that zstd compressed. */
    boolean readsZstd() {
        String major = version.replaceFirst("[^0-9].*", "");
        return imageStore == ImageStoreKind.CONTAINERD
                || (!major.isEmpty() && Long.parseLong(major) >= FIRST_WITH_ZSTD);
    }
}
