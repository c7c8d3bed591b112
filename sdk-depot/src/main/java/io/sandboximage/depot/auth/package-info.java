/** Who we are to Depot: tokens from every place that has them, and how to log in. */
@NullMarked
package io.sandboximage.depot.auth;

import org.jspecify.annotations.NullMarked;
