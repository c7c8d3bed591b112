/** Calls to Depot with the token, the organization and the name of this program. */
@NullMarked
package io.sandboximage.depot.internal.client;

import org.jspecify.annotations.NullMarked;
