package io.sandboximage.doppler;

import io.sandboximage.PipelineResult;
import io.sandboximage.Recorder;
import io.sandboximage.error.InvalidRequestException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Sets secrets of a Doppler config to what a pipeline made. Immutable and thread-safe, each step gives a new recorder.
 *
 * <pre>{@code
 * DopplerRecorder.to(DopplerConfig.fromEnvironment(Path.of(".")))
 *         .set("DAYTONA_SNAPSHOT_NAME", Recorders.snapshotReference("daytona"))
 *         .reference("VITE_DAYTONA_SNAPSHOT_NAME", "DAYTONA_SNAPSHOT_NAME")
 * }</pre>
 *
 * <p>All are set in one request, other secrets of the config stay as they are, and neither values nor the token are ever shown.
 */
public final class DopplerRecorder implements Recorder {
    private static final Pattern NAME = Pattern.compile("[A-Z_][A-Z0-9_]*");
    /** {@code NAME}, {@code config.NAME} or {@code project.config.NAME}. */
    private static final Pattern TARGET = Pattern.compile("(?:[A-Za-z0-9_-]+\\.){0,2}[A-Z_][A-Z0-9_]*");

    private static final String REFERENCE = "${";

    private final DopplerConfig config;
    private final Map<String, Function<PipelineResult, String>> values;

    private DopplerRecorder(DopplerConfig config, Map<String, Function<PipelineResult, String>> values) {
        this.config = config;
        this.values = values;
    }

    /** A recorder for a config, with nothing to set yet. */
    public static DopplerRecorder to(DopplerConfig config) {
        return new DopplerRecorder(config, Map.of());
    }

    /**
     * Adds a secret.
     *
     * @param value for instance {@code Recorders.snapshotReference("daytona")}
     * @throws InvalidRequestException if the name cannot be one in Doppler, or is set already
     */
    public DopplerRecorder set(String name, Function<PipelineResult, String> value) {
        return with(name, result -> literal(name, value.apply(result)));
    }

    /**
     * Adds a secret that has the value of another one, whatever that becomes.
     *
     * @param target {@code NAME}, {@code config.NAME} or {@code project.config.NAME}
     * @throws InvalidRequestException if the name or the target cannot be one in Doppler, or the name is set already
     */
    public DopplerRecorder reference(String name, String target) {
        if (!TARGET.matcher(target).matches()) {
            throw new InvalidRequestException("\"" + target
                    + "\" cannot be referred to in Doppler: write NAME, config.NAME or project.config.NAME");
        }
        return with(name, result -> REFERENCE + target + "}");
    }

    private DopplerRecorder with(String name, Function<PipelineResult, String> value) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException("\"" + name
                    + "\" cannot be the name of a secret in Doppler: use upper case letters, digits and underscores");
        }
        Map<String, Function<PipelineResult, String>> more = new LinkedHashMap<>(values);
        if (more.put(name, value) != null) {
            throw new InvalidRequestException("The secret " + name + " is set twice");
        }
        return new DopplerRecorder(config, Collections.unmodifiableMap(more));
    }

    @Override
    public String name() {
        return "Doppler " + config;
    }

    /** @throws io.sandboximage.error.SandboxImageException with Doppler's reason */
    @Override
    public void record(PipelineResult result) {
        if (values.isEmpty()) {
            return;
        }
        Map<String, String> secrets = new LinkedHashMap<>();
        values.forEach((name, value) -> secrets.put(name, value.apply(result)));
        try (DopplerApi api = new DopplerApi(config)) {
            api.set(secrets);
        }
    }

    @Override
    public String toString() {
        return name() + " " + values.keySet();
    }

    private static String literal(String name, String value) {
        if (value.contains(REFERENCE)) {
            throw new InvalidRequestException("The value for " + name + " holds \"" + REFERENCE
                    + "\", which Doppler would take for a reference: use reference(…) if it is one");
        }
        return value;
    }
}
