/** Golden caches: a Docker engine's data filled once per project, and cloned into every session. */
@NullMarked
package io.sandboximage.golden;

import org.jspecify.annotations.NullMarked;
