/** Snapshots as values: what to make, what there is, and in which state. */
@NullMarked
package io.sandboximage.daytona.snapshot;

import org.jspecify.annotations.NullMarked;
