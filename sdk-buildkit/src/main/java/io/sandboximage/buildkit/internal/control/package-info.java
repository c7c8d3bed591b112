/** Single calls to the daemon, and their answers, apart from builds. */
@NullMarked
package io.sandboximage.buildkit.internal.control;

import org.jspecify.annotations.NullMarked;
