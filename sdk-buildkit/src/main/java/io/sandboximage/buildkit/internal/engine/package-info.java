/** BuildKit inside a Docker engine, and in containers of one: connections that begin as requests to the Engine API. */
@NullMarked
package io.sandboximage.buildkit.internal.engine;

import org.jspecify.annotations.NullMarked;
