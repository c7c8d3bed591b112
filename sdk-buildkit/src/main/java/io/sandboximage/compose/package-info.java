/** Builds of compose projects: the model that {@code docker compose} itself makes, and parallel builds of it in dependency order. */
@NullMarked
package io.sandboximage.compose;

import org.jspecify.annotations.NullMarked;
