/** Who is asking, what he may do, and how much of it: keys, permissions, usage and rate limits. */
@NullMarked
package io.sandboximage.daytona.account;

import org.jspecify.annotations.NullMarked;
