/** Reads ext4 file systems: blocks, inodes, extents, directories and attributes, each verified as it is read. */
@NullMarked
package io.sandboximage.ext4.internal.read;

import org.jspecify.annotations.NullMarked;
