/** Depot's registry: saved images, access to them, and pushes from there to other registries. */
@NullMarked
package io.sandboximage.depot.registry;

import org.jspecify.annotations.NullMarked;
