package io.sandboximage.docker;

import io.sandboximage.testkit.engine.DockerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** In front of an engine: something happens when a load has arrived there whole, and before its answer comes back. */
final class HeldAnswer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: (\\d+)\\r\\n");

    private final ServerSocket listener;
    private final DockerProcess docker;
    private final Runnable happening;

    HeldAnswer(DockerProcess docker, Runnable happening) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.docker = docker;
        this.happening = happening;
        daemon(this::accept);
    }

    DockerHost host() {
        return DockerHost.tcp("127.0.0.1", listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            SocketChannel engine = SocketChannel.open(StandardProtocolFamily.UNIX);
            engine.connect(UnixDomainSocketAddress.of(docker.socket()));
            daemon(() -> serve(client, engine));
        }
    }

    private void serve(Socket client, SocketChannel engine) throws IOException {
        try (client;
                engine) {
            InputStream in = client.getInputStream();
            OutputStream up = Channels.newOutputStream(engine);
            String head = head(in);
            up.write(head.getBytes(StandardCharsets.ISO_8859_1));
            Matcher length = LENGTH.matcher(head);
            long left = length.find() ? Long.parseLong(length.group(1)) : 0;
            byte[] buffer = new byte[64 * 1024];
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    return;
                }
                up.write(buffer, 0, n);
                left -= n;
            }
            if (head.contains("/images/load")) {
                happening.run();
            }
            Channels.newInputStream(engine).transferTo(client.getOutputStream());
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) >= 0) {
            head.write(b);
            String text = head.toString(StandardCharsets.ISO_8859_1);
            if (text.endsWith("\r\n\r\n")) {
                return text;
            }
        }
        throw new IOException("no request");
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException ignored) {
                // One of both went away, or the test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
