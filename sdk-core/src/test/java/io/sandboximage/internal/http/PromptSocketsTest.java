package io.sandboximage.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class PromptSocketsTest {
    @Test
    void everySocketSendsAtOnce() throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        PromptSockets sockets = new PromptSockets();
        try (ServerSocket server = new ServerSocket(0, 8, here);
                Socket unconnected = sockets.createSocket();
                Socket byAddress = sockets.createSocket(here, server.getLocalPort());
                Socket byName = sockets.createSocket(here.getHostAddress(), server.getLocalPort());
                Socket bound = sockets.createSocket(here, server.getLocalPort(), here, 0)) {
            unconnected.connect(new InetSocketAddress(here, server.getLocalPort()));

            assertThat(unconnected.getTcpNoDelay()).isTrue();
            assertThat(byAddress.getTcpNoDelay()).isTrue();
            assertThat(byName.getTcpNoDelay()).isTrue();
            assertThat(bound.getTcpNoDelay()).isTrue();
        }
    }
}
