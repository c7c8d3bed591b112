/** Recorders: write down what a pipeline made, in env files and JSON. */
@NullMarked
package io.sandboximage.record;

import org.jspecify.annotations.NullMarked;
