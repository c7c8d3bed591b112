package io.sandboximage.sandbox;

import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.internal.container.ContainerState;
import java.util.Optional;

/** Where a published port is seen from here. */
final class SandboxAddress {
    private static final String EVERYWHERE = "0.0.0.0";
    private static final String LOOPBACK = "127.0.0.1";

    private SandboxAddress() {}

    static Optional<String> of(DockerHost engine, ContainerState sandbox, int port) {
        return Optional.ofNullable(sandbox.publishedPorts().get(port)).map(address -> {
            String number = address.substring(address.lastIndexOf(':'));
            boolean everywhere = address.equals(EVERYWHERE + number);
            if (everywhere && engine.unixSocket().isEmpty()) {
                String authority = engine.authority();
                return authority.substring(0, authority.lastIndexOf(':')) + number;
            }
            return everywhere ? LOOPBACK + number : address;
        });
    }
}
