/** Reads compose files as compose reads them: YAML, variables, environment files, merging. */
@NullMarked
package io.sandboximage.compose.internal;

import org.jspecify.annotations.NullMarked;
