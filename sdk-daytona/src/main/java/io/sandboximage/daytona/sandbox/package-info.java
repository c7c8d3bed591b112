/** Sandboxes as values: what to start, what runs, and what a command said. */
@NullMarked
package io.sandboximage.daytona.sandbox;

import org.jspecify.annotations.NullMarked;
