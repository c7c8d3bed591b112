package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PlainHttpDoorTest {
    @Test
    void tellsClientsThatBeginWithTlsThatThisIsHttp() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PlainHttpDoor door = PlainHttpDoor.before((InetSocketAddress) server.getLocalSocketAddress());
                Socket client = connect(door)) {
            client.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5});
            client.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.0 400");
        }
    }

    @Test
    void passesEverythingElseOnInBothDirections() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PlainHttpDoor door = PlainHttpDoor.before((InetSocketAddress) server.getLocalSocketAddress());
                Socket client = connect(door)) {
            client.getOutputStream().write("GET".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().readAllBytes()).asString().isEqualTo("GET");
                accepted.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
        }
    }

    private static Socket connect(PlainHttpDoor door) throws IOException {
        String[] address = door.address().split(":", 2);
        return new Socket(address[0], Integer.parseInt(address[1]));
    }
}
