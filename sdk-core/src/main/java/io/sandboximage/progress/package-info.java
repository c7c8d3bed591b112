/** Progress as immutable events, and the renderers that show them. */
@NullMarked
package io.sandboximage.progress;

import org.jspecify.annotations.NullMarked;
