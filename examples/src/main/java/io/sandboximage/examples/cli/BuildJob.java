package io.sandboximage.examples.cli;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.buildkit.SolveRequest;
import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One build: a solve, what becomes of its result, and the files that tell of it. Everything is checked before the solve. */
public final class BuildJob implements AutoCloseable {
    private static final String NO_OUTPUT = "No output was asked for: the result only stays in the builder's cache. To"
            + " have the image, give --push, --load or --output";

    private final Order order;
    private final BuildKitAddress address;
    private final BuildSource source;
    private final DockerfileBuild build;
    private final SolveRequest request;
    /** Null where nothing is loaded, or the builder is the engine. */
    private final @Nullable EngineLoad transfer;

    private BuildJob(
            Order order,
            BuildKitAddress address,
            BuildSource source,
            DockerfileBuild build,
            @Nullable EngineLoad transfer) {
        this.order = order;
        this.address = address;
        this.source = source;
        this.build = build;
        this.request = build.toRequest();
        this.transfer = transfer;
    }

    /**
     * What a command line asks for.
     *
     * @param load into the engine; where the builder is part of one, the image is in it with no load too
     * @param environment for arguments and secrets that are named without a value
     */
    public record Order(
            String context,
            Optional<String> file,
            BuildFlags flags,
            BuildOutputs outputs,
            boolean load,
            CredentialProvider credentials,
            Map<String, String> environment) {
        public Order {
            environment = Map.copyOf(environment);
        }
    }

    /**
     * What a build made.
     *
     * @param id the image's ID, where one was made: the engine's, where it was loaded
     */
    public record Outcome(SolveResult result, Optional<String> id) {
        /** Writes the files of {@code --metadata-file} and {@code --iidfile}. */
        public void write(Optional<Path> metadataFile, Optional<Path> idFile) {
            BuildRecords.write(result::metadataJson, id, metadataFile, idFile);
        }
    }

    /**
     * Reads what the order names, and refuses what cannot be built; the builder is not asked yet.
     *
     * @param in read only if the order says so
     * @param engine where to load into
     */
    public static BuildJob prepare(
            Order order, BuildKitAddress address, Supplier<DockerEngine> engine, InputStream in) {
        BuildSource source = BuildSource.open(order.context(), order.file(), in);
        @Nullable EngineLoad transfer = null;
        try {
            DockerfileBuild build = source.build().credentials(order.credentials());
            order.flags().applyTo(build, order.environment());
            order.outputs().exports().forEach(build::export);
            boolean inEngine = BuilderChoice.isEngine(address);
            // An engine keeps its image, asked for or not, as docker has it.
            if (inEngine && (order.load() || order.outputs().exports().isEmpty())) {
                build.export(BuildExport.image());
            } else if (order.load()) {
                transfer = EngineLoad.into(engine.get(), order.flags().tags());
                build.export(transfer.export(address, order.outputs().exports().isEmpty()));
            }
            return new BuildJob(order, address, source, build, transfer);
        } catch (RuntimeException e) {
            if (transfer != null) {
                transfer.close();
            }
            source.close();
            throw e;
        }
    }

    /** Builds, and loads where that was asked for. */
    public Outcome run(BuildKitClient client, ProgressRenderer renderer) {
        boolean inEngine = BuilderChoice.isEngine(address);
        try (ProgressTask task = ProgressTask.root(renderer, "build")) {
            if (order.outputs().exports().isEmpty() && !order.load() && !inEngine) {
                task.warn(NO_OUTPUT);
            }
            SolveResult result = client.solve(request, task);
            Optional<Digest> id = result.configDigest().or(result::digest);
            if (transfer != null) {
                try (ImageSource image = client.image(result, build)) {
                    id = Optional.of(transfer.load(image, task).id());
                }
            }
            task.done();
            return new Outcome(result, id.map(Digest::toString));
        }
    }

    @Override
    public void close() {
        if (transfer != null) {
            transfer.close();
        }
        source.close();
    }
}
