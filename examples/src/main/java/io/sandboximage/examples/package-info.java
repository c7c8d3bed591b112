/** Example programs, each runnable on its own, and the words of the shell. */
@NullMarked
package io.sandboximage.examples;

import org.jspecify.annotations.NullMarked;
