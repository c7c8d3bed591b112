package io.sandboximage.registry.server;

import java.io.IOException;

/** Answers the requests of some {@link Route.Kind}s. */
interface Endpoint {
    String CONTENT_DIGEST = "Docker-Content-Digest";

    /** @throws IOException if the connection broke */
    void handle(Call call, Route route) throws IOException;

    static RegistryException notAllowed(String allowed) {
        return new RegistryException(405, RegistryException.UNSUPPORTED, "this address takes " + allowed)
                .header("Allow", allowed);
    }
}
