package io.sandboximage.buildkit.internal.engine;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * BuildKit in a container of a Docker engine: every connection is a {@code buildctl dial-stdio} there, whose standard input and
 * output lead to the daemon. Thread-safe.
 */
public final class EngineExec {
    private static final int MAX_JSON_BYTES = 64 * 1024;
    private static final List<String> COMMAND = List.of("buildctl", "dial-stdio");

    private final String name;
    private final String container;
    private final String host;
    private final EngineDialer dialer;

    /**
     * @param name for messages
     * @param host for the Host header
     */
    public EngineExec(String name, String container, String host, EngineDialer dialer) {
        this.name = name;
        this.container = container;
        this.host = host;
        this.dialer = dialer;
    }

    /** A socket for one gRPC connection. */
    public Socket dial() throws IOException {
        String id = create();
        Socket connection = ExecStart.open("start buildctl in the container", name, host, id, dialer);
        return AnswerLimit.within(connection, socket -> {
            ExecSocket program = new ExecSocket(socket, "buildctl dial-stdio in the container " + container);
            program.awaitServer();
            return program;
        });
    }

    private String create() throws IOException {
        String path = "/containers/" + URLEncoder.encode(container, StandardCharsets.UTF_8) + "/exec";
        EngineRequest create = new EngineRequest("POST", path, host)
                .json(Json.write(Map.of(
                        "AttachStdin",
                        true,
                        "AttachStdout",
                        true,
                        "AttachStderr",
                        true,
                        "Tty",
                        false,
                        "Cmd",
                        COMMAND)));
        try (Socket connection = dialer.dial(EngineDialer.HTTP_1)) {
            return AnswerLimit.within(connection, socket -> {
                create.write(socket.getOutputStream());
                HttpHead head = HttpHead.read(socket.getInputStream());
                if (head.status() != HttpHead.CREATED) {
                    throw EngineRefusals.of(
                            "run buildctl in the container",
                            name,
                            head,
                            head.body(socket.getInputStream()),
                            EngineRefusals.NO_CONTAINER);
                }
                return id(head.body(socket.getInputStream()));
            });
        }
    }

    private static String id(byte[] json) throws IOException {
        try {
            String id = JsonView.parse(json, MAX_JSON_BYTES, "engine's answer").requireString("Id");
            if (id.matches("[A-Za-z0-9]+")) {
                return id;
            }
            throw new IOException("its answer names no exec");
        } catch (InvalidContentException e) {
            throw new IOException("its answer cannot be read", e);
        }
    }
}
