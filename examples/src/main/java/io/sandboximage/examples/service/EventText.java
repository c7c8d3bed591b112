package io.sandboximage.examples.service;

import io.sandboximage.progress.ProgressEvent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Progress as server-sent events (WHATWG HTML, "Server-sent events"). */
final class EventText {
    private EventText() {}

    static String of(EventLog.Numbered numbered) {
        ProgressEvent event = numbered.event();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("task", event.task());
        data.put("at", event.at().toString());
        String name;
        if (event instanceof ProgressEvent.Started started) {
            name = "started";
            started.parent().ifPresent(parent -> data.put("parent", parent));
            data.put("label", started.label());
            data.put("unit", lower(started.unit()));
            started.total().ifPresent(total -> data.put("total", total));
        } else if (event instanceof ProgressEvent.Advanced advanced) {
            name = "advanced";
            data.put("done", advanced.done());
            advanced.total().ifPresent(total -> data.put("total", total));
        } else if (event instanceof ProgressEvent.Message message) {
            name = "message";
            data.put("level", lower(message.level()));
            data.put("text", message.text());
        } else if (event instanceof ProgressEvent.Fact fact) {
            name = "fact";
            data.put("name", fact.name());
            data.put("values", fact.values());
        } else {
            ProgressEvent.Finished finished = (ProgressEvent.Finished) event;
            name = "finished";
            data.put("outcome", lower(finished.outcome()));
            data.put("detail", finished.detail());
        }
        return text(name, numbered.number(), JsonLine.write(data));
    }

    /** @param data on one line */
    static String text(String name, long number, String data) {
        return "id: " + number + "\nevent: " + name + "\ndata: " + data + "\n\n";
    }

    /** A comment, which clients ignore: it keeps proxies from closing the connection, and finds out who has gone. */
    static String heartbeat() {
        return ": still at it\n\n";
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
