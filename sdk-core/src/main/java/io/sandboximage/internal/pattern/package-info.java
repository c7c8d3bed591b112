/** Patterns of ignore files, and paths with slashes that they are matched with. */
@NullMarked
package io.sandboximage.internal.pattern;

import org.jspecify.annotations.NullMarked;
