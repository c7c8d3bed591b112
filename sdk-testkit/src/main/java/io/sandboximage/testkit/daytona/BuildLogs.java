package io.sandboximage.testkit.daytona;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Streams build logs as the proxy does: with {@code follow}, the log of a build that does not succeed never ends. */
final class BuildLogs {
    private static final long POLL_MILLIS = 20;

    private final SnapshotStore store;
    private final CountDownLatch closed;

    BuildLogs(SnapshotStore store, CountDownLatch closed) {
        this.store = store;
        this.closed = closed;
    }

    void answer(ApiCall call) throws IOException {
        EmulatedSnapshot snapshot = store.get(call.segments().get(1));
        if (!snapshot.build() || snapshot.state.equals("pending")) {
            throw ApiError.notFound("Build logs not found");
        }
        HttpExchange exchange = call.exchange();
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (String line : snapshot.fate.log()) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
            if ("true".equals(call.query().get("follow"))) {
                while (!snapshot.state.equals("active") && !closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    store.find(snapshot.id);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
