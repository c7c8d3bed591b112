package io.sandboximage.golden;

import io.sandboximage.image.Digest;

/**
 * An image in a generation.
 *
 * @param name with its tag or digest, as the engine writes it: {@code app:1}, or {@code docker.io/library/app:1} in containerd's
 *     store; the ID for an image without a name
 * @param id digest of the config in the classic store, of the manifest or index in containerd's
 */
public record GoldenImage(String name, Digest id) {}
