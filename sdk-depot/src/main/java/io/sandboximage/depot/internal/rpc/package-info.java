/** Remote procedure calls with protobuf messages, by the Connect protocol or by gRPC. */
@NullMarked
package io.sandboximage.depot.internal.rpc;

import org.jspecify.annotations.NullMarked;
