/** The on-disk structures of ext4, as views over bytes, and its checksums and hashes. */
@NullMarked
package io.sandboximage.ext4.internal.format;

import org.jspecify.annotations.NullMarked;
