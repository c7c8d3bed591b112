/** Threads that work for one caller and end with it. */
@NullMarked
package io.sandboximage.internal.concurrent;

import org.jspecify.annotations.NullMarked;
