/** Logging in to Depot from a terminal. */
@NullMarked
package io.sandboximage.depot.login;

import org.jspecify.annotations.NullMarked;
