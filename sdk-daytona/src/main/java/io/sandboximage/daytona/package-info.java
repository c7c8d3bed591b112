/** Daytona's API: snapshots that always end, registries, sandboxes, and the snapshotter of the pipeline. */
@NullMarked
package io.sandboximage.daytona;

import org.jspecify.annotations.NullMarked;
