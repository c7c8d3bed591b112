package io.sandboximage.report;

import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.progress.ProgressFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the next report wants to know of a run, kept as JSON.
 *
 * @param image digest; empty where unknown
 */
record PreviousRun(
        Instant at,
        Duration took,
        String image,
        long imageBytes,
        List<Step> steps,
        List<Vertex> vertexes,
        List<Map<String, String>> layers,
        long movedBytes) {
    private static final int SCHEMA = 1;
    /** {@code  3/5} of {@code [build 3/5] COPY app /app}. */
    private static final Pattern NUMBER = Pattern.compile("(?<=^\\[[^\\]]{0,200}) ?\\d+/\\d+(?=\\])");

    private static final int MAX_BYTES = 32 * 1024 * 1024;

    /** A step of the pipeline. */
    record Step(String name, Duration took, boolean unchanged) {}

    /** A step of a build daemon's. */
    record Vertex(String name, boolean cached, Duration took) {}

    /** @param before whose layers are this run's too, where it had no need to read the same image */
    static PreviousRun of(ReportRun run, @Nullable PreviousRun before) {
        Instant end = run.end();
        PreviousRun known = before != null
                        && run.layers().isEmpty()
                        && run.image().filter(before.image()::equals).isPresent()
                ? before
                : null;
        return new PreviousRun(
                run.start(),
                run.took(),
                run.image().orElse(""),
                known == null ? run.imageBytes() : known.imageBytes(),
                run.steps().stream()
                        .map(step -> new Step(step.label(), step.took(end), step.cached()))
                        .toList(),
                run.vertexes().stream()
                        .map(vertex -> new Vertex(vertex.label(), vertex.cached(), vertex.took(end)))
                        .toList(),
                known == null ? run.layers() : known.layers(),
                TransferSums.of(run).stream()
                        .mapToLong(TransferSums::copiedBytes)
                        .sum());
    }

    Optional<Step> step(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).findFirst();
    }

    /** Whatever its number among the steps of its stage was. */
    boolean hasVertexNamed(String name) {
        String wanted = unnumbered(name);
        return vertexes.stream().anyMatch(v -> unnumbered(v.name()).equals(wanted));
    }

    private static String unnumbered(String vertex) {
        return NUMBER.matcher(vertex).replaceFirst("");
    }

    boolean hasLayer(String digest) {
        return layers.stream().anyMatch(layer -> digest.equals(layer.get(ProgressFacts.DIGEST)));
    }

    byte[] json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", SCHEMA);
        json.put("at", at.toString());
        json.put("tookMillis", took.toMillis());
        json.put("image", image);
        json.put("imageBytes", imageBytes);
        json.put("movedBytes", movedBytes);
        json.put("steps", steps.stream().map(PreviousRun::json).toList());
        json.put("vertexes", vertexes.stream().map(PreviousRun::json).toList());
        json.put("layers", layers);
        return Json.write(json);
    }

    private static Map<String, Object> json(Step step) {
        return Map.of("name", step.name(), "tookMillis", step.took().toMillis(), "unchanged", step.unchanged());
    }

    private static Map<String, Object> json(Vertex vertex) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", vertex.name());
        json.put("cached", vertex.cached());
        json.put("tookMillis", vertex.took().toMillis());
        return json;
    }

    /**
     * Nothing where it is of a later version.
     *
     * @throws io.sandboximage.error.InvalidContentException if it is nothing of ours
     */
    static Optional<PreviousRun> parse(byte[] bytes) {
        JsonView json = JsonView.parse(bytes, MAX_BYTES, "record of the previous run");
        if (json.requireNumber("schema") != SCHEMA) {
            return Optional.empty();
        }
        List<Step> steps = new ArrayList<>();
        for (JsonView step : json.objects("steps")) {
            steps.add(new Step(
                    step.requireString("name"),
                    millis(step),
                    step.bool("unchanged").orElse(false)));
        }
        List<Vertex> vertexes = new ArrayList<>();
        for (JsonView vertex : json.objects("vertexes")) {
            vertexes.add(new Vertex(
                    vertex.requireString("name"), vertex.bool("cached").orElse(false), millis(vertex)));
        }
        List<Map<String, String>> layers = new ArrayList<>();
        for (JsonView layer : json.objects("layers")) {
            Map<String, String> values = new LinkedHashMap<>();
            layer.members().keySet().forEach(name -> layer.string(name).ifPresent(value -> values.put(name, value)));
            layers.add(values);
        }
        try {
            return Optional.of(new PreviousRun(
                    Instant.parse(json.requireString("at")),
                    millis(json),
                    json.requireString("image"),
                    json.requireNumber("imageBytes"),
                    steps,
                    vertexes,
                    layers,
                    json.requireNumber("movedBytes")));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Duration millis(JsonView json) {
        return Duration.ofMillis(json.requireNumber("tookMillis"));
    }
}
