/** Amounts, times and foreign text for people. */
@NullMarked
package io.sandboximage.internal.text;

import org.jspecify.annotations.NullMarked;
