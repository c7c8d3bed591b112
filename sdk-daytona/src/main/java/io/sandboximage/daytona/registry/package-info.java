/** Registries that Daytona pulls from, as values. */
@NullMarked
package io.sandboximage.daytona.registry;

import org.jspecify.annotations.NullMarked;
