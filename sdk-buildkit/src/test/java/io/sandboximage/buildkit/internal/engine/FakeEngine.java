package io.sandboximage.buildkit.internal.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Listens on loopback and answers requests as a test says; several may come on one connection. */
final class FakeEngine implements AutoCloseable {
    private final ServerSocket server;
    private final Answer answer;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private FakeEngine(ServerSocket server, Answer answer) {
        this.server = server;
        this.answer = answer;
    }

    /** What the engine does with a request, whose head has been read. */
    interface Answer {
        void to(String head, Socket connection) throws IOException;
    }

    static FakeEngine start(Answer answer) throws IOException {
        FakeEngine engine = new FakeEngine(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answer);
        engine.threads.execute(engine::accept);
        return engine;
    }

    static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        connection.getOutputStream().flush();
    }

    Socket connect() throws IOException {
        return new Socket(server.getInetAddress(), server.getLocalPort());
    }

    EngineBuildKit buildKit() {
        return new EngineBuildKit("docker:fake", "localhost", protocol -> connect());
    }

    /** Heads of the requests so far. */
    List<String> requests() {
        return requests;
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                threads.execute(() -> serve(connection));
            }
        } catch (IOException ended) {
            // By closing it.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            while (!connection.isClosed()) {
                String head = head(connection.getInputStream());
                if (head.isEmpty()) {
                    return;
                }
                requests.add(head);
                answer.to(head, connection);
            }
        } catch (IOException ended) {
            // The client hung up.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
