/** gRPC over sockets of our own, on both sides of a connection. */
@NullMarked
package io.sandboximage.buildkit.internal.transport;

import org.jspecify.annotations.NullMarked;
