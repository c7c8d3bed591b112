package io.sandboximage.examples.cli;

import com.squareup.moshi.JsonWriter;
import io.sandboximage.progress.ProgressEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import okio.BufferedSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code docker buildx build --progress=rawjson}: BuildKit's status messages, one JSON object a line. A vertex's digest
 * tells it from others of the same run and means nothing else. For one thread.
 */
final class StatusJson implements Consumer<ProgressEvent> {
    private static final int STANDARD_OUTPUT = 1;

    private final BufferedSink out;
    private final Map<Long, Map<String, Object>> vertexes = new HashMap<>();
    private final Map<Long, Map<String, Object>> statuses = new HashMap<>();

    StatusJson(OutputStream out) {
        this.out = Okio.buffer(Okio.sink(out));
    }

    @Override
    public void accept(ProgressEvent event) {
        Map<String, Object> message = message(event);
        if (message == null) {
            return;
        }
        try {
            JsonWriter writer = JsonWriter.of(out);
            writer.jsonValue(message);
            out.writeUtf8("\n").flush();
        } catch (IOException ignored) {
            // Nobody reads any more; the build goes on.
        }
    }

    private @Nullable Map<String, Object> message(ProgressEvent event) {
        if (event instanceof ProgressEvent.Started started) {
            return start(started);
        }
        if (event instanceof ProgressEvent.Advanced advanced) {
            Map<String, Object> status = statuses.get(advanced.task());
            return status == null
                    ? null
                    : progress(status, advanced.done(), advanced.total().orElse(0), advanced.at());
        }
        if (event instanceof ProgressEvent.Message text) {
            return text(text);
        }
        return event instanceof ProgressEvent.Finished finished ? finish(finished) : null;
    }

    private @Nullable Map<String, Object> start(ProgressEvent.Started started) {
        long parent = started.parent().orElse(-1L);
        if (parent == 0) {
            Map<String, Object> vertex = new LinkedHashMap<>();
            vertex.put("digest", digest(started.task()));
            vertex.put("name", started.label());
            vertex.put("started", started.at().toString());
            vertexes.put(started.task(), vertex);
            return Map.of("vertexes", List.of(vertex));
        }
        if (!vertexes.containsKey(parent)) {
            return null;
        }
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("id", started.label());
        status.put("vertex", digest(parent));
        status.put("started", started.at().toString());
        statuses.put(started.task(), status);
        return progress(status, 0, started.total().orElse(0), started.at());
    }

    private @Nullable Map<String, Object> text(ProgressEvent.Message message) {
        if (!vertexes.containsKey(message.task())) {
            return null;
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("vertex", digest(message.task()));
        if (message.level() == ProgressEvent.Level.WARNING) {
            line.put("level", 1);
            line.put("short", base64(message.text()));
            return Map.of("warnings", List.of(line));
        }
        line.put("stream", STANDARD_OUTPUT);
        line.put("data", base64(message.text() + "\n"));
        line.put("timestamp", message.at().toString());
        return Map.of("logs", List.of(line));
    }

    private @Nullable Map<String, Object> finish(ProgressEvent.Finished finished) {
        Map<String, Object> status = statuses.remove(finished.task());
        if (status != null) {
            status.put("completed", finished.at().toString());
            return progress(status, finished.done(), 0, finished.at());
        }
        Map<String, Object> vertex = vertexes.remove(finished.task());
        if (vertex == null) {
            return null;
        }
        vertex.put("completed", finished.at().toString());
        switch (finished.outcome()) {
            case CACHED -> vertex.put("cached", true);
            case FAILED -> vertex.put("error", finished.detail());
            case CANCELLED -> vertex.put("error", "context canceled");
            case DONE -> {}
        }
        return Map.of("vertexes", List.of(vertex));
    }

    private static Map<String, Object> progress(Map<String, Object> status, long done, long total, Instant at) {
        status.put("current", done);
        if (total > 0) {
            status.put("total", total);
        }
        status.put("timestamp", at.toString());
        return Map.of("statuses", List.of(status));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(long task) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(("step " + task).getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
