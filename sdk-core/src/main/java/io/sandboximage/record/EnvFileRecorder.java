package io.sandboximage.record;

import io.sandboximage.PipelineResult;
import io.sandboximage.Recorder;
import io.sandboximage.error.InvalidRequestException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Sets variables in an env file as Docker Compose, the dotenv libraries and the shell read it; immutable, each step gives a new
 * recorder. A line {@code NAME=…} (also with {@code export}) gets the new value in place, a missing one is added at the end. All else
 * stays as it is, byte for byte: other lines, comments, order, line endings. The file is replaced in one step, keeps its mode, and is
 * not written at all where nothing changes; programs that use this class at the same time wait for each other.
 */
public final class EnvFileRecorder implements Recorder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Path file;
    private final Map<String, Function<PipelineResult, String>> values;

    private EnvFileRecorder(Path file, Map<String, Function<PipelineResult, String>> values) {
        this.file = file;
        this.values = Collections.unmodifiableMap(values);
    }

    static EnvFileRecorder of(Path file) {
        return new EnvFileRecorder(file, Map.of());
    }

    /**
     * Adds a variable.
     *
     * @param value for instance {@link Recorders#imageDigest()}
     * @throws InvalidRequestException if {@code name} cannot be the name of a variable or is set already
     */
    public EnvFileRecorder set(String name, Function<PipelineResult, String> value) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException(
                    "\"" + name + "\" cannot be the name of a variable: use letters, digits and underscores");
        }
        Map<String, Function<PipelineResult, String>> more = new LinkedHashMap<>(values);
        if (more.put(name, value) != null) {
            throw new InvalidRequestException("The variable " + name + " is set twice in the recorder of " + file);
        }
        return new EnvFileRecorder(file, more);
    }

    /**
     * @throws InvalidRequestException if a value holds characters that no quoting carries through all readers: control characters, or
     *     single quotes together with backticks
     * @throws io.sandboximage.error.StorageException if the file cannot be read or replaced
     */
    @Override
    public void record(PipelineResult result) {
        Map<String, String> literals = new LinkedHashMap<>();
        values.forEach((name, value) -> literals.put(name, EnvQuoting.quote(name, value.apply(result))));
        FileEdit.edit(file, old -> EnvFileText.parse(old).with(literals));
    }

    @Override
    public String name() {
        return "env file " + file;
    }

    @Override
    public String toString() {
        return name();
    }
}
