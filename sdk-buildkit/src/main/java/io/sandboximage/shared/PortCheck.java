package io.sandboximage.shared;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.SandboxImageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports that somebody else has: a service of his would answer in place of ours. */
final class PortCheck {
    private PortCheck() {}

    /** @throws ConflictException if somebody listens there, on this machine */
    static void free(SharedService service, SharedSettings.Endpoint endpoint) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(endpoint.address()), endpoint.port()));
        } catch (IOException e) {
            throw new ConflictException(taken(service, endpoint) + ": " + e.getMessage(), e);
        }
    }

    /** The same failure, as a conflict if it is about a taken port. */
    static SandboxImageException explained(
            SandboxImageException failure, SharedService service, SharedSettings.Endpoint endpoint) {
        String text = String.valueOf(failure.getMessage());
        boolean conflict = text.contains("address already in use") || text.contains("port is already allocated");
        return conflict && !(failure instanceof ConflictException)
                ? new ConflictException(taken(service, endpoint) + ": " + text, failure)
                : failure;
    }

    private static String taken(SharedService service, SharedSettings.Endpoint endpoint) {
        return "Could not start the " + service + " at " + endpoint.address() + ":" + endpoint.port()
                + ", where somebody else may listen. End that, or choose another port";
    }
}
