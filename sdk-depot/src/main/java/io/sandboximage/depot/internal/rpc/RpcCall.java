package io.sandboximage.depot.internal.rpc;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What goes with one call.
 *
 * @param what completes the sentence "Could not …", for instance {@code "list the projects"}
 * @param headers in addition to the protocol's own; secrets among them are never shown
 * @param deadline how long the call may take, told to the server too
 */
public record RpcCall(String what, Map<String, String> headers, Optional<Duration> deadline) {
    public RpcCall {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return "RpcCall[what=" + what + ", headers=" + headers.keySet() + ", deadline=" + deadline + "]";
    }
}
