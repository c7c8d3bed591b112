/** Gzip whose bytes depend on the input alone, not on the JDK's zlib. */
@NullMarked
package io.sandboximage.internal.deflate;

import org.jspecify.annotations.NullMarked;
