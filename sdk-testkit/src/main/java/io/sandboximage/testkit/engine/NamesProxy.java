package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An HTTP proxy that leads names of the wide world to servers on loopback, for programs whose servers cannot be set otherwise:
 * {@code HTTPS_PROXY} must be {@link #url()}. Other names are refused. Closing ends it.
 */
public final class NamesProxy implements AutoCloseable {
    private static final int MAX_HEAD = 16 * 1024;

    private final Relay relay;

    private NamesProxy(Relay relay) {
        this.relay = relay;
    }

    /** @param ports by {@code host:port} as clients ask for it */
    public static NamesProxy start(Map<String, Integer> ports) {
        Map<String, Integer> known = Map.copyOf(ports);
        return new NamesProxy(Relay.start(accepted -> {
            String[] words = head(accepted).split(" ", 3);
            Integer port = words[0].equals("CONNECT") ? known.get(words[1]) : null;
            if (port == null) {
                say(accepted, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                throw new IOException("not known: " + words[1]);
            }
            Socket far = Relay.connect(port);
            say(accepted, "HTTP/1.1 200 OK\r\n\r\n");
            return new Relay.Ends(accepted, new byte[0], far);
        }));
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + relay.port());
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() > MAX_HEAD) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        relay.close();
    }
}
