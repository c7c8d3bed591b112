/** Images made without any engine: a base, layers from local files, config edits; the same input gives the same digest. */
@NullMarked
package io.sandboximage.assemble;

import org.jspecify.annotations.NullMarked;
