/** The program behind {@code examples/bin/docker}: builds with the SDK what {@code docker} would build, or leaves it to docker. */
@NullMarked
package io.sandboximage.examples.docker;

import org.jspecify.annotations.NullMarked;
