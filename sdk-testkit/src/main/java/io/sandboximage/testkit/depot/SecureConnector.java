package io.sandboximage.testkit.depot;

import io.sandboximage.testkit.engine.TestAuthority;
import java.time.Duration;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The emulator over TLS: HTTP/2 and HTTP/1.1, as clients choose. */
final class SecureConnector {
    private SecureConnector() {}

    static ServerConnector of(Server server, TestAuthority authority) {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(authority.serverKeys());
        tls.setKeyStorePassword(authority.password());
        HttpConfiguration https = new HttpConfiguration();
        // Clients that dial by address name no server.
        https.addCustomizer(new SecureRequestCustomizer(false));
        HttpConnectionFactory http1 = new HttpConnectionFactory(https);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        ServerConnector connector = new ServerConnector(
                server,
                1,
                1,
                new SslConnectionFactory(tls, alpn.getProtocol()),
                alpn,
                new HTTP2ServerConnectionFactory(https),
                http1);
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(Duration.ofMinutes(10).toMillis());
        return connector;
    }
}
