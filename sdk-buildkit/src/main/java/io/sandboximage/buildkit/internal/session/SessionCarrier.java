package io.sandboximage.buildkit.internal.session;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.sandboximage.buildkit.internal.transport.HeardSocket;
import java.io.IOException;

/** Opens the byte stream that a session runs on. */
@FunctionalInterface
public interface SessionCarrier {
    /** @param headers tell the daemon whose session it is and what it serves */
    HeardSocket open(Metadata headers) throws IOException;

    /** Inside a call to the daemon, which every daemon takes. */
    static SessionCarrier tunnel(Channel channel) {
        return headers -> SessionTunnel.open(channel, headers);
    }
}
