/** Real engines in tests: which there are on this machine, and how they are started and stopped. */
@NullMarked
package io.sandboximage.testkit.engine;

import org.jspecify.annotations.NullMarked;
