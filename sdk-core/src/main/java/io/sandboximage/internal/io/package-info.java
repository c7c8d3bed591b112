/** Small stream helpers that the JDK lacks. */
@NullMarked
package io.sandboximage.internal.io;

import org.jspecify.annotations.NullMarked;
