/** Containers and volumes of a Docker engine, as shared services and sandboxes need them. */
@NullMarked
package io.sandboximage.docker.internal.container;

import org.jspecify.annotations.NullMarked;
