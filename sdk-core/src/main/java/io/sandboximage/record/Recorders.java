package io.sandboximage.record;

import io.sandboximage.Delivery;
import io.sandboximage.PipelineResult;
import io.sandboximage.Recorder;
import io.sandboximage.Snapshot;
import io.sandboximage.error.InvalidRequestException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The recorders of this package, and the values that they commonly write. */
public final class Recorders {
    private Recorders() {}

    /**
     * Sets variables in an env file ({@code .env}); each name gets {@link #reference()}. Other values by
     * {@link EnvFileRecorder#set}.
     *
     * @throws InvalidRequestException if a name cannot be the name of a variable
     */
    public static EnvFileRecorder envFile(Path file, String... names) {
        EnvFileRecorder recorder = EnvFileRecorder.of(file);
        for (String name : names) {
            recorder = recorder.set(name, reference());
        }
        return recorder;
    }

    /** Writes the result as one JSON object to a file, which is replaced in one step; members as in {@link #json(OutputStream)}. */
    public static Recorder json(Path file) {
        return named("JSON file " + file, result -> {
            byte[] json = ResultJson.write(result);
            FileEdit.edit(file, old -> json);
        });
    }

    /**
     * Writes the result as one JSON object and a newline. Members: {@code image} (descriptor), {@code deliveries},
     * {@code snapshots}, {@code tookMillis}. The stream is flushed and stays open.
     */
    public static Recorder json(OutputStream out) {
        return named("JSON", result -> ResultJson.write(result, out));
    }

    /** The recorder under a name of its own, for plans and progress: lambdas have none. */
    public static Recorder named(String name, Recorder recorder) {
        return new Recorder() {
            @Override
            public void record(PipelineResult result) {
                recorder.record(result);
            }

            @Override
            public String name() {
                return name;
            }
        };
    }

    /** The reference of the first snapshot; without snapshots that of the first delivery; without either the image's digest. */
    public static Function<PipelineResult, String> reference() {
        return result -> firstSnapshot(result)
                .or(() -> firstDelivery(result))
                .orElseGet(() -> result.image().digest().toString());
    }

    /** The digest of the image's root manifest or index. */
    public static Function<PipelineResult, String> imageDigest() {
        return result -> result.image().digest().toString();
    }

    /** The reference of the first snapshot: a path, a name, an id. */
    public static Function<PipelineResult, String> snapshotReference() {
        return result -> firstSnapshot(result)
                .orElseThrow(() -> new InvalidRequestException("There is no snapshot to record:"
                        + " add snapshot(…) to the pipeline or record another value"));
    }

    /** The reference of the first snapshot of a kind, for instance {@code ext4}. */
    public static Function<PipelineResult, String> snapshotReference(String kind) {
        return result -> result.snapshot(kind)
                .map(Snapshot::reference)
                .orElseThrow(() -> new InvalidRequestException("There is no snapshot of the kind " + kind
                        + " to record; there are "
                        + result.snapshots().stream().map(Snapshot::kind).toList()));
    }

    /** Where the image was delivered first. */
    public static Function<PipelineResult, String> deliveryReference() {
        return result -> firstDelivery(result)
                .orElseThrow(() -> new InvalidRequestException(
                        "There is no delivery to record: add to(…) to the pipeline or record another value"));
    }

    private static Optional<String> firstSnapshot(PipelineResult result) {
        return result.snapshots().stream().map(Snapshot::reference).findFirst();
    }

    private static Optional<String> firstDelivery(PipelineResult result) {
        return result.deliveries().stream().map(Delivery::destination).findFirst();
    }
}
