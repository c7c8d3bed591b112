/** One solve from request to result: status events, error details, cancellation. */
@NullMarked
package io.sandboximage.buildkit.internal.solve;

import org.jspecify.annotations.NullMarked;
