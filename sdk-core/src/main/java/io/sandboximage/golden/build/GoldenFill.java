package io.sandboximage.golden.build;

import io.sandboximage.golden.GoldenDraft;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What a {@link GoldenFiller} works on in one build. Thread-safe. */
public final class GoldenFill {
    private final String buildId;
    private final GoldenDraft draft;
    private final ProgressTask progress;
    private final Consumer<String> log;
    private final Map<String, String> labels = new ConcurrentHashMap<>();

    GoldenFill(String buildId, GoldenDraft draft, ProgressTask progress, Consumer<String> log) {
        this.buildId = buildId;
        this.draft = draft;
        this.progress = progress;
        this.log = log;
    }

    public String buildId() {
        return buildId;
    }

    public String project() {
        return draft.project();
    }

    /** What is to be filled. */
    public Path dataRoot() {
        return draft.dataRoot();
    }

    /** The generation that the data root was cloned from; empty in a first build. */
    public Optional<GoldenGeneration> base() {
        return draft.base();
    }

    /** Counts for whoever watches the build. */
    public ProgressTask progress() {
        return progress;
    }

    /** Writes a line to the build's log; no secrets, please. */
    public void log(String line) {
        log.accept(line);
    }

    /** Remembers something with the generation. */
    public void label(String name, String value) {
        labels.put(name, value);
    }

    Map<String, String> labels() {
        return labels;
    }
}
