/** The loopback registry against the clients that others wrote. */
@NullMarked
package io.sandboximage.registryserver;

import org.jspecify.annotations.NullMarked;
