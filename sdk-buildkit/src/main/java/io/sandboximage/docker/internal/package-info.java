/** The Engine API (Docker's REST interface): calls, answers, streams, failures. */
@NullMarked
package io.sandboximage.docker.internal;

import org.jspecify.annotations.NullMarked;
