/** Tar headers written the same way on every machine. */
@NullMarked
package io.sandboximage.internal.tar;

import org.jspecify.annotations.NullMarked;
