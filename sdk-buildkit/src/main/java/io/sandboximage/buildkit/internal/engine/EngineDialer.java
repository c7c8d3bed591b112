package io.sandboximage.buildkit.internal.engine;

import java.io.IOException;
import java.net.Socket;

/** Connects to an engine's API. */
@FunctionalInterface
public interface EngineDialer {
    /** HTTP/1.1 as ALPN (RFC 7301) names it. */
    String HTTP_1 = "http/1.1";
    /** HTTP/2 as ALPN names it. */
    String HTTP_2 = "h2";

    /**
     * A connected socket, with TLS where the engine wants it.
     *
     * @param protocol what to ask for by ALPN where there is TLS
     */
    Socket dial(String protocol) throws IOException;
}
