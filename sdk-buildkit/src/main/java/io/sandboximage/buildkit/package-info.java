/** BuildKit from the JVM: connect to a daemon, solve, read what it made. */
@NullMarked
package io.sandboximage.buildkit;

import org.jspecify.annotations.NullMarked;
