/** The whole chain on a JDK alone: assemble, serve, pull, write an ext4, read it back, compare. */
@NullMarked
package io.sandboximage.examples.quickstart;

import org.jspecify.annotations.NullMarked;
