/** Reading tar archives to the byte: binary attributes, names in any encoding, nanoseconds, every form of sparse files. */
@NullMarked
package io.sandboximage.rootfs.internal.tar;

import org.jspecify.annotations.NullMarked;
