/** A stand-in for Depot's service on loopback: its procedures over Connect and gRPC, with real builders behind them. */
@NullMarked
package io.sandboximage.testkit.depot;

import org.jspecify.annotations.NullMarked;
