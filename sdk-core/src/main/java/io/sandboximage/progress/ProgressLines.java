package io.sandboximage.progress;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.json.JsonView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The events of runs as JSON lines, version {@value #SCHEMA} of the schema: one object a line, in UTF-8, each with {@code event},
 * {@code task} and {@code at} (ISO 8601, UTC), and by the kind of the event with
 *
 * <ul>
 *   <li>{@code started}: {@code label}, {@code unit} ({@code bytes}, {@code entries}, {@code steps}), {@code parent} and
 *       {@code total} where there are; the first task of a run, number 0, has no parent and tells the {@code schema},
 *   <li>{@code advanced}: {@code done}, {@code total} where known,
 *   <li>{@code message}: {@code level} ({@code info}, {@code warning}), {@code text},
 *   <li>{@code fact}: {@code name}, {@code values}, as {@link ProgressFacts} names them,
 *   <li>{@code finished}: {@code outcome} ({@code done}, {@code cached}, {@code failed}, {@code cancelled}), {@code detail},
 *       {@code done}.
 * </ul>
 *
 * <p>Members and kinds of events may be added within a version; readers pass over what they do not know.
 */
public final class ProgressLines {
    /** The version that {@link Progress#jsonLines} writes. */
    public static final int SCHEMA = 1;

    private static final int MAX_LINE = 4 * 1024 * 1024;

    private ProgressLines() {}

    /**
     * Reads lines to their end and passes the events on. A last line that was cut off, as a killed process leaves it, is passed
     * over; so are empty lines.
     *
     * @throws InvalidContentException if a line is none of such an event, or its run is of a later version
     * @throws CancelledException if the thread is interrupted
     */
    public static void read(InputStream in, ProgressListener listener) {
        try {
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            String line = reader.readLine();
            for (int number = 1; line != null; number++) {
                CancelledException.throwIfInterrupted("reading the events of a run");
                String next = reader.readLine();
                ProgressEvent event = line.isBlank() ? null : event(line, number, next == null);
                if (event != null) {
                    listener.onEvent(event);
                }
                line = next;
            }
        } catch (IOException e) {
            throw new UnavailableException("Could not read the events of a run: " + e.getMessage(), e);
        }
    }

    private static @Nullable ProgressEvent event(String line, int number, boolean last) {
        String what = "event in line " + number;
        JsonView json;
        try {
            json = JsonView.parse(line.getBytes(StandardCharsets.UTF_8), MAX_LINE, what);
        } catch (InvalidContentException e) {
            if (last) {
                return null;
            }
            throw e;
        }
        try {
            return event(json, what);
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw new InvalidContentException("The " + what + " is not one of a run: " + e.getMessage(), e);
        }
    }

    private static @Nullable ProgressEvent event(JsonView json, String what) {
        long task = json.requireNumber("task");
        Instant at = Instant.parse(json.requireString("at"));
        return switch (json.requireString("event")) {
            case "started" -> {
                long schema = json.number("schema").orElse((long) SCHEMA);
                if (schema > SCHEMA) {
                    throw new InvalidContentException("The " + what + " is of version " + schema
                            + ", this program knows version " + SCHEMA + ": use a newer one");
                }
                yield new ProgressEvent.Started(
                        task,
                        at,
                        json.number("parent"),
                        json.requireString("label"),
                        constant(ProgressUnit.class, json, "unit"),
                        number(json, "total"));
            }
            case "advanced" -> new ProgressEvent.Advanced(task, at, json.requireNumber("done"), number(json, "total"));
            case "message" ->
                new ProgressEvent.Message(
                        task, at, constant(ProgressEvent.Level.class, json, "level"), json.requireString("text"));
            case "fact" -> new ProgressEvent.Fact(task, at, json.requireString("name"), json.stringMap("values"));
            case "finished" ->
                new ProgressEvent.Finished(
                        task,
                        at,
                        constant(ProgressEvent.Outcome.class, json, "outcome"),
                        json.requireString("detail"),
                        json.requireNumber("done"));
            default -> null;
        };
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonView json, String member) {
        return Enum.valueOf(type, json.requireString(member).toUpperCase(Locale.ROOT));
    }

    private static OptionalLong number(JsonView json, String member) {
        Optional<Long> number = json.number(member);
        return number.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }
}
