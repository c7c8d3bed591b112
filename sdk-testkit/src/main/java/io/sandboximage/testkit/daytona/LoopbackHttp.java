package io.sandboximage.testkit.daytona;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The JDK's HTTP server on loopback, without the 40 ms that each of its small answers otherwise waits for an acknowledgement. */
final class LoopbackHttp {
    /** Read once, when a JVM starts its first server. */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private LoopbackHttp() {}

    /** One on a free port, not yet started. */
    static HttpServer open() {
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
