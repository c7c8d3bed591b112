package io.sandboximage.record;

import io.sandboximage.PipelineResult;
import io.sandboximage.Recorder;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells GitHub Actions what a pipeline made: outputs of the step, and a table in the summary of the job ("Workflow commands for
 * GitHub Actions", environment files). Immutable, each step gives a new recorder.
 *
 * <pre>{@code
 * GitHubRecorder.fromEnvironment(System.getenv()).output("digest", Recorders.imageDigest()).summary()
 * }</pre>
 */
public final class GitHubRecorder implements Recorder {
    private static final String OUTPUT = "GITHUB_OUTPUT";
    private static final String SUMMARY = "GITHUB_STEP_SUMMARY";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

    private final Map<String, String> environment;
    private final Map<String, Function<PipelineResult, String>> outputs;
    private final boolean summary;

    private GitHubRecorder(
            Map<String, String> environment, Map<String, Function<PipelineResult, String>> outputs, boolean summary) {
        this.environment = environment;
        this.outputs = outputs;
        this.summary = summary;
    }

    /** A recorder for the files that these variables name: {@code GITHUB_OUTPUT} and {@code GITHUB_STEP_SUMMARY}. */
    public static GitHubRecorder fromEnvironment(Map<String, String> environment) {
        return new GitHubRecorder(Map.copyOf(environment), Map.of(), false);
    }

    /** Whether these are the variables of a step in GitHub Actions. */
    public static boolean isPresent(Map<String, String> environment) {
        return environment.containsKey(OUTPUT);
    }

    /**
     * Adds an output of the step.
     *
     * @throws InvalidRequestException if the name cannot be one or is set already
     */
    public GitHubRecorder output(String name, Function<PipelineResult, String> value) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException(
                    "\"" + name + "\" cannot be the name of an output: use letters, digits, underscores and dashes");
        }
        Map<String, Function<PipelineResult, String>> more = new LinkedHashMap<>(outputs);
        if (more.put(name, value) != null) {
            throw new InvalidRequestException("The output " + name + " is set twice");
        }
        return new GitHubRecorder(environment, Collections.unmodifiableMap(more), summary);
    }

    /** Adds a table of the image, its places and its snapshots to the job's summary. */
    public GitHubRecorder summary() {
        return new GitHubRecorder(environment, outputs, true);
    }

    @Override
    public String name() {
        return "GitHub Actions";
    }

    /** @throws InvalidRequestException if this is not a step of GitHub Actions */
    @Override
    public void record(PipelineResult result) {
        if (!outputs.isEmpty()) {
            StringBuilder text = new StringBuilder();
            outputs.forEach((name, value) -> text.append(assignment(name, value.apply(result))));
            append(OUTPUT, text.toString());
        }
        if (summary) {
            append(SUMMARY, SummaryTable.of(result));
        }
    }

    private static String assignment(String name, String value) {
        if (value.indexOf('\n') < 0 && value.indexOf('\r') < 0) {
            return name + "=" + value + "\n";
        }
        // Nobody can write a value that ends another's.
        String end = "end-" + UUID.randomUUID();
        return name + "<<" + end + "\n" + value + "\n" + end + "\n";
    }

    private void append(String variable, String text) {
        @Nullable
        String file = Optional.ofNullable(environment.get(variable))
                .filter(f -> !f.isBlank())
                .orElse(null);
        if (file == null) {
            throw new InvalidRequestException("Could not tell GitHub Actions: " + variable
                    + " is not set. Leave this recorder out where GitHubRecorder.isPresent says no");
        }
        try {
            // The file is the step's own and may hold what others wrote.
            Files.writeString(
                    Path.of(file), text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new StorageException("Could not write " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
