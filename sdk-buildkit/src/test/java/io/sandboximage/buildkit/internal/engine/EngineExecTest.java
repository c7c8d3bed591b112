package io.sandboximage.buildkit.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.NotFoundException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EngineExecTest {
    private static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 12\r\n\r\n{\"Id\":\"a1b\"}";
    private static final String STARTED = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    private static final String SETTINGS = "\0\0\0\4\0\0\0\0\0";

    @Test
    void joinsFramesOfOutputAndLeavesErrorsOut() throws IOException {
        try (FakeEngine engine = engine(STARTED
                        + frame(2, "a warning")
                        + frame(1, SETTINGS.substring(0, 4))
                        + frame(1, "")
                        + frame(1, SETTINGS.substring(4) + "more"));
                Socket socket = exec(engine).dial()) {
            assertThat(new String(
                            socket.getInputStream().readNBytes(SETTINGS.length() + 4), StandardCharsets.ISO_8859_1))
                    .isEqualTo(SETTINGS + "more");
        }
    }

    @Test
    void runsBuildctlInTheContainer() throws IOException {
        try (FakeEngine engine = engine(STARTED + frame(1, SETTINGS));
                Socket socket = exec(engine).dial()) {
            assertThat(socket.isConnected()).isTrue();
            assertThat(engine.requests().get(0)).startsWith("POST /containers/builder/exec HTTP/1.1\r\n");
            assertThat(engine.requests().get(1))
                    .startsWith("POST /exec/a1b/start HTTP/1.1\r\n")
                    .contains("Upgrade: tcp\r\n");
        }
    }

    @Test
    void whatTheProgramWroteIsTheErrorOfTheConnection() throws IOException {
        try (FakeEngine engine = engine(STARTED + frame(2, "error: no such socket\n"))) {
            assertThatThrownBy(() -> exec(engine).dial())
                    .isInstanceOf(IOException.class)
                    .hasMessage("buildctl dial-stdio in the container builder failed: error: no such socket");
        }
    }

    @Test
    void errorsOfTheEngineInTheOutputAreErrors() throws IOException {
        try (FakeEngine engine = engine(STARTED + frame(1, "OCI runtime exec failed: no buildctl\r\n"))) {
            assertThatThrownBy(() -> exec(engine).dial()).hasMessageContaining("no buildctl");
        }
    }

    @Test
    void programThatEndsAtOnceIsAnError() throws IOException {
        try (FakeEngine engine = engine(STARTED)) {
            assertThatThrownBy(() -> exec(engine).dial()).hasMessageContaining("without a word");
        }
    }

    @Test
    void missingContainerIsNotFound() throws IOException {
        try (FakeEngine engine = FakeEngine.start((head, connection) -> FakeEngine.write(
                connection,
                "HTTP/1.1 404 Not Found\r\nContent-Length: 34\r\n\r\n{\"message\":\"No such container: b\"}\n"))) {
            assertThatThrownBy(() -> exec(engine).dial())
                    .hasCauseInstanceOf(NotFoundException.class)
                    .hasMessageContaining("No such container")
                    .hasMessageContaining("docker ps");
        }
    }

    @Test
    void stoppedContainerIsAConflict() throws IOException {
        try (FakeEngine engine = FakeEngine.start((head, connection) -> FakeEngine.write(
                connection, "HTTP/1.1 409 Conflict\r\nContent-Length: 27\r\n\r\n{\"message\":\"is not running\"}"))) {
            assertThatThrownBy(() -> exec(engine).dial())
                    .hasCauseInstanceOf(ConflictException.class)
                    .hasMessageContaining("is not running");
        }
    }

    private static EngineExec exec(FakeEngine engine) {
        return new EngineExec("docker-container://builder", "builder", "localhost", protocol -> engine.connect());
    }

    /** Creates an exec, then answers its start with this and hangs up. */
    private static FakeEngine engine(String started) throws IOException {
        return FakeEngine.start((head, connection) -> {
            boolean start = head.contains("/start ");
            FakeEngine.write(connection, start ? started : CREATED);
            if (start) {
                connection.shutdownOutput();
            }
            // The bodies of requests are of no interest.
            connection.getInputStream().skip(Long.MAX_VALUE);
        });
    }

    private static String frame(int stream, String payload) {
        return (char) stream + "\0\0\0\0\0\0" + (char) payload.length() + payload;
    }
}
