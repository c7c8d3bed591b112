/** Projects: what shares a layer cache; who may build in them, and what they used. */
@NullMarked
package io.sandboximage.depot.project;

import org.jspecify.annotations.NullMarked;
