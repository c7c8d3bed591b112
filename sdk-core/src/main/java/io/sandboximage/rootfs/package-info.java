/** Root file systems: the layers of an image merged by whiteout rules into one tree, and snapshots made of it. */
@NullMarked
package io.sandboximage.rootfs;

import org.jspecify.annotations.NullMarked;
