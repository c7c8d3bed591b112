package io.sandboximage.progress;

import io.sandboximage.internal.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** One JSON object a line, as {@link ProgressLines} describes it. */
final class JsonPainter implements RendererThread.Painter {
    private final OutputStream out;

    JsonPainter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void paint(List<ProgressEvent> events, Instant now) {
        try {
            for (ProgressEvent event : events) {
                out.write(Json.write(tree(event)));
                out.write('\n');
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> tree(ProgressEvent event) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("event", "");
        json.put("task", event.task());
        json.put("at", event.at().toString());
        if (event instanceof ProgressEvent.Started started) {
            json.put("event", "started");
            if (started.task() == 0) {
                json.put("schema", ProgressLines.SCHEMA);
            }
            started.parent().ifPresent(p -> json.put("parent", p));
            json.put("label", started.label());
            json.put("unit", lower(started.unit()));
            total(json, started.total());
        } else if (event instanceof ProgressEvent.Advanced advanced) {
            json.put("event", "advanced");
            json.put("done", advanced.done());
            total(json, advanced.total());
        } else if (event instanceof ProgressEvent.Message message) {
            json.put("event", "message");
            json.put("level", lower(message.level()));
            json.put("text", message.text());
        } else if (event instanceof ProgressEvent.Fact fact) {
            json.put("event", "fact");
            json.put("name", fact.name());
            json.put("values", fact.values());
        } else if (event instanceof ProgressEvent.Finished finished) {
            json.put("event", "finished");
            json.put("outcome", lower(finished.outcome()));
            json.put("detail", finished.detail());
            json.put("done", finished.done());
        }
        return json;
    }

    private static void total(Map<String, Object> json, OptionalLong total) {
        total.ifPresent(t -> json.put("total", t));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
