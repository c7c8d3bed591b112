/** Comparisons of whole processes with other tools, on inputs that are generated the same everywhere. */
@NullMarked
package io.sandboximage.benchmarks;

import org.jspecify.annotations.NullMarked;
