/** A small registry on this machine: serves any image source, and takes pushes into memory or a directory. */
@NullMarked
package io.sandboximage.registry.server;

import org.jspecify.annotations.NullMarked;
