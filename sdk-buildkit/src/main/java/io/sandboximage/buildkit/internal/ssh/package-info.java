/** The ssh agent protocol, as far as a build may use it: which keys there are, and signatures by them. */
@NullMarked
package io.sandboximage.buildkit.internal.ssh;

import org.jspecify.annotations.NullMarked;
