/** Reading layers, merging them, and moving their file data: what snapshots of images are made with. */
@NullMarked
package io.sandboximage.rootfs.internal;

import org.jspecify.annotations.NullMarked;
