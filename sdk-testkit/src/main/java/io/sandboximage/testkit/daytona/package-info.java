/** Daytona in one process: its API with the quirks of the live server, its registry, its object storage, in scripted time. */
@NullMarked
package io.sandboximage.testkit.daytona;

import org.jspecify.annotations.NullMarked;
