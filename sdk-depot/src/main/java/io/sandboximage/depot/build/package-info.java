/** Builds on Depot's machines. */
@NullMarked
package io.sandboximage.depot.build;

import org.jspecify.annotations.NullMarked;
