/** Golden caches travel between hosts as OCI artifacts: one blob for each layer, so that only what changed moves. */
@NullMarked
package io.sandboximage.golden.artifact;

import org.jspecify.annotations.NullMarked;
