package io.sandboximage.buildkit.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.sandboximage.buildkit.internal.proto.BuildkitVersion;
import io.sandboximage.buildkit.internal.proto.InfoRequest;
import io.sandboximage.buildkit.internal.proto.InfoResponse;
import io.sandboximage.buildkit.internal.transport.Channels;
import io.sandboximage.buildkit.internal.transport.ConnectingSocketFactory;
import io.sandboximage.buildkit.internal.transport.ControlMethods;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineBuildKitTest {
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

    @Test
    void upgradesAndLosesNoByteOfWhatFollows() throws IOException {
        try (FakeEngine engine = FakeEngine.start((head, connection) -> {
                    if (head.startsWith("HEAD /_ping ")) {
                        FakeEngine.write(connection, pong("1.41"));
                    } else {
                        FakeEngine.write(connection, SWITCHED + "settings");
                    }
                });
                Socket socket = engine.buildKit().dial()) {
            assertThat(socket.getInputStream().readNBytes(8)).asString().isEqualTo("settings");
            assertThat(engine.requests().get(1))
                    .startsWith("POST /grpc HTTP/1.1\r\n")
                    .contains("Connection: Upgrade\r\n", "Upgrade: h2c\r\n", "Host: localhost\r\n");
        }
    }

    @Test
    void sessionCarriesItsHeaders() throws IOException {
        try (FakeEngine engine = FakeEngine.start((head, connection) ->
                FakeEngine.write(connection, head.startsWith("HEAD") ? pong("1.51") : SWITCHED + "hello"))) {
            Metadata headers = new Metadata();
            Metadata.Key<String> method =
                    Metadata.Key.of("x-docker-expose-session-grpc-method", Metadata.ASCII_STRING_MARSHALLER);
            headers.put(method, "/one");
            headers.put(method, "/two");

            try (Socket session = engine.buildKit().session(headers).orElseThrow()) {
                assertThat(session.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
            }

            assertThat(engine.requests())
                    .last()
                    .asString()
                    .startsWith("POST /session ")
                    .contains(
                            "x-docker-expose-session-grpc-method: /one\r\n",
                            "x-docker-expose-session-grpc-method: /two\r\n");
        }
    }

    @Test
    void newEnginesAreSpokenToWithoutAnUpgrade() throws IOException {
        Server grpc = OkHttpServerBuilder.forPort(0, InsecureServerCredentials.create())
                .addService(ServerServiceDefinition.builder("moby.buildkit.v1.Control")
                        .addMethod(ControlMethods.INFO, ServerCalls.asyncUnaryCall((request, out) -> {
                            out.onNext(InfoResponse.newBuilder()
                                    .setBuildkitVersion(
                                            BuildkitVersion.newBuilder().setVersion("v0.99.0"))
                                    .build());
                            out.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        try (FakeEngine engine = FakeEngine.start((head, connection) -> {
            if (head.startsWith("HEAD /_ping ")) {
                FakeEngine.write(connection, pong("1.53"));
            } else if (head.startsWith("PRI * HTTP/2.0")) {
                passOn(head, connection, grpc.getPort());
            } else {
                FakeEngine.write(connection, error(400, "upgrades are gone"));
            }
        })) {
            EngineBuildKit buildKit = engine.buildKit();
            ManagedChannel channel = Channels.open(new ConnectingSocketFactory(buildKit::dial), "localhost", null);
            try {
                assertThat(ClientCalls.blockingUnaryCall(
                                        channel.newCall(ControlMethods.INFO, io.grpc.CallOptions.DEFAULT),
                                        InfoRequest.getDefaultInstance())
                                .getBuildkitVersion()
                                .getVersion())
                        .isEqualTo("v0.99.0");
                assertThat(buildKit.session(new Metadata())).isEmpty();
                assertThat(engine.requests()).noneMatch(head -> head.contains("Upgrade:"));
            } finally {
                channel.shutdownNow();
            }
        } finally {
            grpc.shutdownNow();
        }
    }

    @Test
    void upgradesWhereAProxyBeforeANewEngineTakesNoHttp2() throws IOException {
        try (FakeEngine engine = FakeEngine.start((head, connection) -> {
                    if (head.startsWith("HEAD /_ping ")) {
                        FakeEngine.write(connection, pong("1.53"));
                    } else if (head.startsWith("PRI ")) {
                        FakeEngine.write(connection, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
                        connection.close();
                    } else {
                        FakeEngine.write(connection, SWITCHED + "x");
                    }
                });
                Socket socket = engine.buildKit().dial()) {
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void dialsAgainWhereThePingEndsTheConnection() throws IOException {
        try (FakeEngine engine = FakeEngine.start((head, connection) -> {
                    if (head.startsWith("HEAD /_ping ")) {
                        FakeEngine.write(connection, "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
                        connection.close();
                    } else {
                        FakeEngine.write(connection, SWITCHED + "x");
                    }
                });
                Socket socket = engine.buildKit().dial()) {
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, io.sandboximage.error.InvalidRequestException",
        "401, io.sandboximage.error.AuthenticationException",
        "403, io.sandboximage.error.AccessDeniedException",
        "404, io.sandboximage.error.NotFoundException",
        "200, io.sandboximage.error.InvalidRequestException",
        "503, io.sandboximage.error.UnavailableException"
    })
    void refusalsTellWhatTheEngineSays(int status, Class<? extends SandboxImageException> type) throws IOException {
        Throwable failure = failureOf(error(status, "this engine\\u0020is tired"));

        assertThat(failure).isInstanceOf(IOException.class);
        assertThat(failure.getCause())
                .isInstanceOf(type)
                .hasMessageContaining("docker:fake")
                .hasMessageContaining("this engine is tired");
    }

    @Test
    void refusalsAreReadInChunksAndAsPlainText() throws IOException {
        Throwable failure = failureOf("HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "4\r\nonly\r\n7;x=y\r\n admins\r\n0\r\n\r\n");

        assertThat(failure.getCause()).isInstanceOf(AccessDeniedException.class).hasMessageContaining("only admins");
    }

    @Test
    void refusalsWithoutAWordTellTheStatus() throws IOException {
        assertThat(failureOf("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
                        .getCause())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("401 Unauthorized");
    }

    @Test
    void engineWithoutBuildKitIsToldApart() throws IOException {
        assertThat(failureOf(error(404, "page not found")).getCause())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("It has no BuildKit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2 200\r\n\r\n", "\r\n\r\n"})
    void whatIsNoEngineIsAnError(String greeting) throws IOException {
        assertThat(failureOf(greeting)).hasMessageContaining("does not answer in HTTP/1.1");
    }

    @Test
    void engineThatHangsUpIsAnError() throws IOException {
        try (FakeEngine engine = FakeEngine.start((head, connection) -> connection.close())) {
            assertThatThrownBy(() -> engine.buildKit().dial())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("hung up");
        }
    }

    private static Throwable failureOf(String answer) throws IOException {
        try (FakeEngine engine = FakeEngine.start((head, connection) -> {
            if (head.startsWith("HEAD")) {
                FakeEngine.write(connection, pong("1.51"));
            } else {
                FakeEngine.write(connection, answer);
            }
        })) {
            return catchThrowable(() -> engine.buildKit().dial());
        }
    }

    private static String pong(String api) {
        return "HTTP/1.1 200 OK\r\nApi-Version: " + api + "\r\nContent-Length: 2\r\n\r\n";
    }

    private static String error(int status, String message) {
        String body = "{\"message\":\"" + message + "\"}";
        return "HTTP/1.1 " + status + " Reason\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Joins a connection to a server's port until one of them hangs up. */
    private static void passOn(String head, Socket connection, int port) throws IOException {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            server.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            Thread back = new Thread(() -> copy(server, connection));
            back.setDaemon(true);
            back.start();
            copy(connection, server);
        }
        connection.close();
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[4096];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                to.getOutputStream().write(buffer, 0, n);
            }
            to.close();
        } catch (IOException ended) {
            // One of them hung up.
        }
    }
}
