/** Sandboxes on a Docker engine: containers of an image to try it in, with a checkout to work on. */
@NullMarked
package io.sandboximage.sandbox;

import org.jspecify.annotations.NullMarked;
