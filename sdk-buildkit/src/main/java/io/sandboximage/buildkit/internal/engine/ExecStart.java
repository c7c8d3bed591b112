package io.sandboximage.buildkit.internal.engine;

import io.sandboximage.internal.json.Json;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;

/** Starts what an engine has been told to run in a container, on a connection that from then on carries its streams. */
public final class ExecStart {
    private ExecStart() {}

    /**
     * @param attempt for messages: {@code "start buildctl in the container"}
     * @param engine for messages
     * @param host for the Host header
     * @param id of the exec, as the engine gave it
     * @return what is written to it goes to the program's input as it is; what comes are {@link ProgramFrames}
     * @throws IOException with the SDK's own exception as its cause where the engine refused
     */
    public static Socket open(String attempt, String engine, String host, String id, EngineDialer dialer)
            throws IOException {
        EngineRequest start = new EngineRequest("POST", "/exec/" + id + "/start", host)
                .upgrade("tcp")
                .json(Json.write(Map.of("Detach", false, "Tty", false)));
        return AnswerLimit.within(dialer.dial(EngineDialer.HTTP_1), socket -> {
            start.write(socket.getOutputStream());
            HttpHead head = HttpHead.read(socket.getInputStream());
            // Engines answer 200 to clients that do not ask for the upgrade, and mean the same.
            if (head.status() != HttpHead.SWITCHING_PROTOCOLS && head.status() != HttpHead.OK) {
                throw EngineRefusals.of(
                        attempt, engine, head, head.body(socket.getInputStream()), EngineRefusals.NO_CONTAINER);
            }
            return socket;
        });
    }
}
