/** The machine below the golden store: programs, mounts, loop devices, and which processes live. */
@NullMarked
package io.sandboximage.golden.internal.host;

import org.jspecify.annotations.NullMarked;
