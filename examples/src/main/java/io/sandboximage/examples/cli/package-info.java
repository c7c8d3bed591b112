/** The {@code sandbox-image} command line: one small class a command, thin over the SDK. */
@NullMarked
package io.sandboximage.examples.cli;

import org.jspecify.annotations.NullMarked;
