package io.sandboximage.docker.golden;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageBuilder;
import io.sandboximage.ImageSource;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.golden.build.GoldenFill;
import io.sandboximage.golden.build.GoldenFiller;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Fills golden caches by an engine that is started for it: each image is built or taken from a store, and what the engine lacks of it
 * is loaded. Images that an earlier generation had stay, with their layers. Nothing is asked of the engine that could reach another
 * builder's cache. Immutable; each step gives a new value.
 */
public final class GoldenEngineFiller implements GoldenFiller {
    private record Wanted(String name, Function<ProgressTask, ImageSource> source) {}

    private final GoldenEngine engine;
    private final List<Wanted> images;

    private GoldenEngineFiller(GoldenEngine engine, List<Wanted> images) {
        this.engine = engine;
        this.images = List.copyOf(images);
    }

    public static GoldenEngineFiller with(GoldenEngine engine) {
        return new GoldenEngineFiller(engine, List.of());
    }

    /**
     * Adds an image.
     *
     * @param name that it gets in the engine
     * @param source opened for each build of the golden, and closed when the image is loaded
     */
    public GoldenEngineFiller image(String name, Function<ProgressTask, ImageSource> source) {
        List<Wanted> more = new ArrayList<>(images);
        more.add(new Wanted(name, source));
        return new GoldenEngineFiller(engine, more);
    }

    /** Adds an image that is built, by BuildKit for instance; the caller closes the builder. */
    public GoldenEngineFiller build(String name, BuildRequest request, ImageBuilder builder) {
        return image(name, progress -> builder.build(request, progress));
    }

    @Override
    public void fill(GoldenFill fill) {
        try (EngineRun run = engine.start(fill.dataRoot())) {
            for (Wanted image : images) {
                load(run, image, fill);
            }
            // Data of an engine that did not end is never published.
            run.stop();
        }
    }

    private static void load(EngineRun run, Wanted image, GoldenFill fill) {
        fill.log("image " + image.name());
        try (ProgressTask task = fill.progress().child(image.name());
                ImageSource source = image.source().apply(task)) {
            LoadReport report =
                    DockerLoader.into(run.engine()).tag(image.name()).load(source, task);
            fill.log("image " + image.name() + ": " + report);
            task.done();
        }
    }
}
