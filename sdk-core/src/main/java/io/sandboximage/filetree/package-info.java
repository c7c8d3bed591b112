/** An in-memory file tree of inodes and names: what layers are merged into and what a file system is written from. */
@NullMarked
package io.sandboximage.filetree;

import org.jspecify.annotations.NullMarked;
