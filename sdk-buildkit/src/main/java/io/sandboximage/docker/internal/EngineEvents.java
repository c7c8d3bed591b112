package io.sandboximage.docker.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.json.JsonView;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The JSON objects, one a line, that the engine sends while it works. */
public final class EngineEvents {
    private static final int MAX_LINE_BYTES = 1024 * 1024;

    private EngineEvents() {}

    /**
     * Reads to the end and closes.
     *
     * @param what completes "Could not …"
     * @throws io.sandboximage.error.SandboxImageException if the engine tells of an error
     */
    public static void read(InputStream stream, String what, String engine, Consumer<JsonView> events) {
        try (InputStream in = new BufferedInputStream(stream)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int b;
            do {
                b = in.read();
                if (b < 0 || b == '\n') {
                    event(line, what, engine, events);
                } else if (line.size() < MAX_LINE_BYTES) {
                    line.write(b);
                } else {
                    throw new InvalidContentException("Could not " + what + ": the Docker engine at " + engine
                            + " sends a line of more than " + MAX_LINE_BYTES + " bytes");
                }
            } while (b >= 0);
        } catch (IOException e) {
            throw new UnavailableException(
                    "Could not " + what + ": the connection to the Docker engine at " + engine + " broke off: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void event(ByteArrayOutputStream line, String what, String engine, Consumer<JsonView> events) {
        byte[] bytes = line.toByteArray();
        line.reset();
        if (new String(bytes, StandardCharsets.UTF_8).isBlank()) {
            return;
        }
        JsonView event = JsonView.parse(bytes, MAX_LINE_BYTES, "event of the Docker engine");
        String error = event.string("error")
                .or(() -> event.object("errorDetail").flatMap(detail -> detail.string("message")))
                .orElse("");
        if (!error.isEmpty()) {
            throw EngineFailures.told(error, what, engine);
        }
        events.accept(event);
    }
}
