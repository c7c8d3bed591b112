/** The one exception family, by what the caller can do about it. */
@NullMarked
package io.sandboximage.error;

import org.jspecify.annotations.NullMarked;
