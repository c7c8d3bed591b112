/** Uncompressing layers: none, gzip in several members, zstd in several frames. */
@NullMarked
package io.sandboximage.rootfs.internal.compression;

import org.jspecify.annotations.NullMarked;
