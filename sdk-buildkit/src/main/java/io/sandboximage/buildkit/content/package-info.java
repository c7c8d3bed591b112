/** Images that lie in a daemon's own store, read blob by blob. */
@NullMarked
package io.sandboximage.buildkit.content;

import org.jspecify.annotations.NullMarked;
