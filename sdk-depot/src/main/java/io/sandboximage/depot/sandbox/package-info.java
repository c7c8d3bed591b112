/** Sandboxes on Depot's machines: from their creation to their end, commands and files in them, and snapshots of them. */
@NullMarked
package io.sandboximage.depot.sandbox;

import org.jspecify.annotations.NullMarked;
