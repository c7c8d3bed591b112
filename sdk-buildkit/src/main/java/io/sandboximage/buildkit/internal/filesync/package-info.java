/** Directories over the wire: which files a daemon gets to see, and how their bytes travel both ways (fsutil's protocol). */
@NullMarked
package io.sandboximage.buildkit.internal.filesync;

import org.jspecify.annotations.NullMarked;
