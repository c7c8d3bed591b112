/** Immutable values of the OCI image specification: digests, references, platforms, descriptors, manifests, configs. No I/O. */
@NullMarked
package io.sandboximage.image;

import org.jspecify.annotations.NullMarked;
