package io.sandboximage.depot.snapshot;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a helper writes, as progress: events in JSON lines become tasks here, other lines are passed on as they are. The last lines
 * are kept for the error message.
 */
final class HelperProgress extends OutputStream {
    private static final int MAX_LINE_BYTES = 16 * 1024;
    private static final int KEPT_LINES = 20;

    private final ProgressTask root;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Deque<String> tail = new ArrayDeque<>();
    private final Map<Long, Task> tasks = new HashMap<>();

    private record Task(ProgressTask task, long[] done) {}

    HelperProgress(ProgressTask root) {
        this.root = root;
    }

    List<String> tail() {
        flushLine();
        return List.copyOf(tail);
    }

    @Override
    public void write(int one) {
        if (one == '\n' || one == '\r' || line.size() >= MAX_LINE_BYTES) {
            flushLine();
        }
        if (one != '\n' && one != '\r') {
            line.write(one);
        }
    }

    @Override
    public void write(byte[] data, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(data[i]);
        }
    }

    private void flushLine() {
        byte[] bytes = line.toByteArray();
        line.reset();
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            return;
        }
        if (!text.startsWith("{") || !event(bytes)) {
            tail.add(text);
            if (tail.size() > KEPT_LINES) {
                tail.remove();
            }
            root.info(text);
        }
    }

    private boolean event(byte[] bytes) {
        try {
            JsonView json = JsonView.parse(bytes, MAX_LINE_BYTES, "progress of the helper");
            long id = json.requireNumber("task");
            switch (json.requireString("event")) {
                case "started" -> started(id, json);
                case "advanced" -> advance(id, json);
                case "message" -> task(id).info(json.requireString("text"));
                case "finished" -> finished(id, json);
                default -> {
                    return false;
                }
            }
            return true;
        } catch (InvalidContentException e) {
            return false; // It only looked like one.
        }
    }

    private void started(long id, JsonView json) {
        if (json.has("parent")) {
            ProgressTask parent = task(json.requireNumber("parent"));
            ProgressTask task = parent.child(
                    json.requireString("label"),
                    unit(json),
                    json.number("total").orElse(-1L));
            tasks.put(id, new Task(task, new long[1]));
        } // The root is the task that we have ourselves.
    }

    private static ProgressUnit unit(JsonView json) {
        String name = json.string("unit").orElse("");
        for (ProgressUnit unit : ProgressUnit.values()) {
            if (unit.name().toLowerCase(Locale.ROOT).equals(name)) {
                return unit;
            }
        }
        return ProgressUnit.STEPS;
    }

    private void advance(long id, JsonView json) {
        Task task = tasks.get(id);
        if (task != null) {
            json.number("total").ifPresent(task.task()::total);
            long done = json.requireNumber("done");
            task.task().advance(done - task.done()[0]);
            task.done()[0] = done;
        }
    }

    private void finished(long id, JsonView json) {
        Task task = tasks.remove(id);
        if (task == null) {
            return;
        }
        switch (json.string("outcome").orElse("")) {
            case "done" -> task.task().done(json.string("detail").orElse(""));
            case "cached" -> task.task().cached(json.string("detail").orElse(""));
            default -> task.task().close();
        }
    }

    private ProgressTask task(long id) {
        Task task = tasks.get(id);
        return task == null ? root : task.task();
    }
}
