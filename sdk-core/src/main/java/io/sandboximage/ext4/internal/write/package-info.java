/** Plans where everything of a new file system goes, and writes its metadata. */
@NullMarked
package io.sandboximage.ext4.internal.write;

import org.jspecify.annotations.NullMarked;
