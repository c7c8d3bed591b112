/** A Docker engine as a place of images: finding it, its API, and the fast ways into its store. */
@NullMarked
package io.sandboximage.docker;

import org.jspecify.annotations.NullMarked;
