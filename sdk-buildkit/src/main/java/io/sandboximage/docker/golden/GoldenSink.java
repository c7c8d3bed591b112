package io.sandboximage.docker.golden;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.golden.GoldenDraft;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenImage;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.internal.io.InterprocessLock;
import io.sandboximage.progress.ProgressTask;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A step of a pipeline: puts the image into a project's golden cache and publishes it, so that the next session starts with it. What the
 * golden holds besides stays. Thread-safe.
 */
@SuppressWarnings("try") // The lock is held, not used.
public final class GoldenSink implements ImageSink {
    private static final String ROOT_LABEL = "golden.sink ";

    private final GoldenStore store;
    private final String project;
    private final GoldenEngine engine;
    private final String image;

    private GoldenSink(GoldenStore store, String project, GoldenEngine engine, String image) {
        this.store = store;
        this.project = project;
        this.engine = engine;
        this.image = image;
    }

    /**
     * @param store stays the caller's to close
     * @param image name that the image gets in the engine
     */
    public static GoldenSink to(GoldenStore store, String project, GoldenEngine engine, String image) {
        return new GoldenSink(store, project, engine, image);
    }

    @Override
    public String name() {
        return "golden:" + project + " " + image;
    }

    @Override
    public String spec() {
        return name() + " in " + store.root() + " by " + engine.store();
    }

    /** Whether the present generation has the image of this delivery. */
    @Override
    public boolean has(Delivery earlier) {
        return store.current(project)
                .filter(generation -> Optional.ofNullable(generation.labels().get(ROOT_LABEL + image))
                        .equals(Optional.of(earlier.descriptor().digest().toString())))
                .flatMap(generation -> generation.images().stream()
                        .map(GoldenImage::name)
                        .filter(name -> name.endsWith(image))
                        .findFirst())
                .isPresent();
    }

    @Override
    public Delivery write(ImageSource source, ProgressTask progress) {
        // Two that start from one generation at a time would each lose the other's image.
        try (InterprocessLock alone = InterprocessLock.acquire(lock());
                GoldenDraft draft = store.draftFromCurrent(project)) {
            Delivery delivery;
            try (EngineRun run = engine.start(draft.dataRoot())) {
                delivery = run.engine().tag(image).write(source, progress);
                run.stop();
            }
            // What the generation was built of otherwise, it still is.
            Map<String, String> labels = new LinkedHashMap<>(
                    draft.base().map(GoldenGeneration::labels).orElse(Map.of()));
            labels.put(ROOT_LABEL + image, source.descriptor().digest().toString());
            draft.publish(labels);
            return delivery;
        }
    }

    private Path lock() {
        return store.root().resolve("locks").resolve("sink-" + URLEncoder.encode(project, StandardCharsets.UTF_8));
    }
}
