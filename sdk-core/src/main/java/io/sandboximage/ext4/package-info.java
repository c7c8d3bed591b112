/** A writer and a reader of ext4 file systems in files; they know file trees, and nothing of images. */
@NullMarked
package io.sandboximage.ext4;

import org.jspecify.annotations.NullMarked;
