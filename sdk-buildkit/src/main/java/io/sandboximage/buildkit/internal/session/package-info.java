/** The services that a daemon calls back during a build, one class each. */
@NullMarked
package io.sandboximage.buildkit.internal.session;

import org.jspecify.annotations.NullMarked;
