package io.sandboximage.docker.golden;

import io.sandboximage.ImageSource;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.docker.ImageStoreKind;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.golden.GoldenDraft;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenImage;
import io.sandboximage.golden.GoldenValidation;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A {@code dockerd} of this machine, to be started on golden data: each run has its own socket, containers and network namespace, so
 * that it disturbs no other engine. Needs root. Immutable; each step gives a new value.
 *
 * @param dockerd the program; {@code containerd} and {@code runc} are looked for beside it and on the path
 * @param store in which images are kept
 * @param startLimit for an engine to answer
 * @param stopLimit for an engine to end after it was asked to
 * @param arguments more of {@code dockerd}
 */
public record GoldenEngine(
        Path dockerd, ImageStoreKind store, Duration startLimit, Duration stopLimit, List<String> arguments) {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    public GoldenEngine {
        arguments = List.copyOf(arguments);
    }

    /** One with the classic store on overlay2, which all strategies carry. */
    public static GoldenEngine of(Path dockerd) {
        return new GoldenEngine(dockerd, ImageStoreKind.CLASSIC, START_LIMIT, STOP_LIMIT, List.of());
    }

    public GoldenEngine store(ImageStoreKind newStore) {
        return new GoldenEngine(dockerd, newStore, startLimit, stopLimit, arguments);
    }

    /** How long to wait for the engine's start and for its end. */
    public GoldenEngine limits(Duration start, Duration stop) {
        return new GoldenEngine(dockerd, store, start, stop, arguments);
    }

    /** Adds arguments of {@code dockerd}. */
    public GoldenEngine with(String... more) {
        return new GoldenEngine(
                dockerd,
                store,
                startLimit,
                stopLimit,
                Stream.concat(arguments.stream(), Arrays.stream(more)).toList());
    }

    /** Starts one on a data root, and waits until it answers. */
    public EngineRun start(Path dataRoot) {
        return EngineRun.start(this, dataRoot);
    }

    /**
     * Loads images into a draft, by an engine that is started for it and has ended when this returns.
     *
     * @param images by the names that they get
     */
    public void fill(GoldenDraft draft, Map<String, ImageSource> images, ProgressTask progress) {
        try (EngineRun run = start(draft.dataRoot())) {
            images.forEach((name, image) -> {
                try (ProgressTask task = progress.child("Load " + name)) {
                    DockerLoader.into(run.engine()).tag(name).load(image, task);
                    task.done();
                }
            });
            run.stop();
        }
    }

    /** A test for {@link io.sandboximage.golden.GoldenStore.Builder#validation}: an engine starts, and has every image whole under its ID. */
    public GoldenValidation trialStart() {
        return (dataRoot, generation) -> {
            try (EngineRun run = start(dataRoot)) {
                generation.images().forEach(image -> check(run.engine(), image, generation));
                run.stop();
            }
        };
    }

    private static void check(DockerEngine engine, GoldenImage image, GoldenGeneration generation) {
        Optional<Digest> found =
                engine.findImage(image.name()).filter(i -> i.complete()).map(i -> i.id());
        if (found.filter(image.id()::equals).isEmpty()) {
            throw new IntegrityException("An engine that was started on the new generation of " + generation.project()
                    + " has " + found.map(Digest::toString).orElse("nothing whole") + " as " + image.name() + ", not "
                    + image.id());
        }
    }
}
