/** How Daytona's API is spoken: requests, retries, errors, time. */
@NullMarked
package io.sandboximage.daytona.internal;

import org.jspecify.annotations.NullMarked;
